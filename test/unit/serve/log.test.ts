import { describe, expect, it } from 'vitest';
import { secretOf } from '../../integration/webhook/configuration-of.ts';
import { recordingLog } from './recording-log.ts';

describe('createLog', () => {
  it('writes one line of JSON with level, time, fields and message', () => {
    const { log, lines } = recordingLog();
    log.child({ environment: 'production' }).warn({ count: 2 }, 'something');
    expect(lines).toEqual([
      {
        level: 'warn',
        time: expect.any(String) as string,
        environment: 'production',
        count: 2,
        msg: 'something',
      },
    ]);
  });

  it('F47: prints a secret as [secret], however deep it lies', () => {
    const { log, lines } = recordingLog();
    log.info({ repository: { webhookSecrets: [secretOf('canary')] }, secret: secretOf('canary') }, 'x');
    expect(lines[0]).toMatchObject({ repository: { webhookSecrets: ['[secret]'] }, secret: '[secret]' });
    expect(JSON.stringify(lines)).not.toContain('canary');
  });
});
