import type { Context } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import { createFunctionLog } from '../../../../src/report/observability/function-log.ts';
import { secretOf } from '../../../integration/intake/webhook/configuration-of.ts';
import { capturedOutput } from './captured-output.ts';

const { lines, text } = capturedOutput();

describe('createFunctionLog', () => {
  it('writes one line of JSON with level, timestamp, message and the fields', () => {
    createFunctionLog().info({ environment: 'production', counts: { created: 1 } }, 'sync applied');
    expect(text()).toMatch(/^\{.*\}\n$/u);
    expect(lines()).toEqual([
      {
        level: 'INFO',
        timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/u) as string,
        message: 'sync applied',
        service: 'enclosure',
        sampling_rate: 0,
        environment: 'production',
        counts: { created: 1 },
      },
    ]);
  });

  it('has the three levels', () => {
    const log = createFunctionLog();
    log.info({}, 'a');
    log.warn({}, 'b');
    log.error({}, 'c');
    expect(lines().map(({ level, message }) => [level, message])).toEqual([
      ['INFO', 'a'],
      ['WARN', 'b'],
      ['ERROR', 'c'],
    ]);
  });

  it('adds the fields of a child to its own lines only, and replaces lists as a whole', () => {
    const log = createFunctionLog();
    const child = log.child({ delivery: 'd-1', queued: ['a', 'b'] }).child({ repository: 'config' });
    child.info({ queued: ['c'] }, 'child');
    log.info({}, 'parent');
    expect(lines()[0]).toMatchObject({ delivery: 'd-1', repository: 'config', queued: ['c'] });
    expect(lines()[1]).not.toHaveProperty('delivery');
  });

  it('names the invocation in every line, of children made before it too', () => {
    const log = createFunctionLog();
    const child = log.child({ delivery: 'd-1' });
    log.setInvocation({ awsRequestId: 'request-1', functionName: 'sync' } as Context);
    child.info({}, 'first');
    log.setInvocation({ awsRequestId: 'request-2', functionName: 'sync' } as Context);
    child.info({}, 'second');
    expect(lines()).toMatchObject([
      { function_request_id: 'request-1', function_name: 'sync', delivery: 'd-1' },
      { function_request_id: 'request-2', function_name: 'sync', delivery: 'd-1' },
    ]);
  });

  it('F47: prints a secret as [secret], however deep it lies, and no cause and no other property of an error', () => {
    const secret = secretOf('canary-1');
    const error = Object.assign(new Error('what failed', { cause: new Error('canary-2') }), {
      task: { url: 'canary-3' },
    });
    const log = createFunctionLog();
    log.info({ secret, list: [{ secret }], deep: { error }, error }, 'x');
    log.child({ secret, error }).error({}, 'y');
    expect(text()).not.toContain('canary');
    expect(lines()[0]).toMatchObject({
      secret: '[secret]',
      list: [{ secret: '[secret]' }],
      deep: { error: { name: 'Error', message: 'what failed' } },
      error: { name: 'Error', message: 'what failed' },
    });
  });
});
