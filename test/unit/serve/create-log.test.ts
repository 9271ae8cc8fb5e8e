import { describe, expect, it } from 'vitest';
import { secretOf } from '../../integration/intake/webhook/configuration-of.ts';
import { createLog } from '../../../src/serve/create-log.ts';
import { recordingLog } from './recording-log.ts';

describe('createLog', () => {
  it('writes one line of JSON with level, timestamp, fields and message', () => {
    const { log, lines } = recordingLog();
    log.child({ environment: 'production' }).warn({ count: 2 }, 'something');
    expect(lines).toEqual([
      {
        level: 'warn',
        timestamp: expect.any(String) as string,
        environment: 'production',
        count: 2,
        message: 'something',
      },
    ]);
  });

  it('has no key of its own that a request has too', () => {
    const text: string[] = [];
    createLog({ write: (line) => void text.push(line) }).info({ time: 'of the request' }, 'something');
    expect(text.join('').match(/"time":/gu)).toHaveLength(1);
  });

  it('F47: prints a secret as [secret], however deep it lies', () => {
    const { log, lines } = recordingLog();
    log.info({ repository: { webhookSecrets: [secretOf('canary')] }, secret: secretOf('canary') }, 'x');
    expect(lines[0]).toMatchObject({ repository: { webhookSecrets: ['[secret]'] }, secret: '[secret]' });
    expect(JSON.stringify(lines)).not.toContain('canary');
  });
});
