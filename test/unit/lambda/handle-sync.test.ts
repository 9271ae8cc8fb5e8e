import { expect, test } from 'vitest';
import { EnclosureError } from '../../../src/base/enclosure-error.ts';
import type { FailedMessage } from '../../../src/intake/queue/sqs/sqs-retry.ts';
import { type BatchAnswer, handleSync, type SyncHandlerParts } from '../../../src/lambda/handle-sync.ts';
import type { RunOptions } from '../../../src/model/run-options.ts';
import type { SyncReport } from '../../../src/model/sync/sync-report.ts';
import type { SyncRequest } from '../../../src/model/sync/sync-request.ts';
import { recordingLog } from '../serve/recording-log.ts';
import { syncReport } from '../serve/sync-report.ts';

const away = new EnclosureError('repository-unreachable', 'away');
const denied = new EnclosureError('zookeeper-denied', 'never');
const gone = new EnclosureError('environment-unknown', 'no such environment');

type Work = (request: SyncRequest, options: RunOptions) => Promise<SyncReport> | SyncReport;

interface Message {
  readonly messageId: string;
  readonly receiptHandle: string;
  readonly body: string;
  readonly attributes: { readonly MessageGroupId: string; readonly ApproximateReceiveCount: string };
}

/** `production/1` is the message 1 of the group production. */
function message(name: string, body?: string): Message {
  const [environment = '', delivery = ''] = name.split('/');
  const request = { environment, reason: 'push', actor: 'alice', delivery, time: new Date().toISOString() };
  return {
    messageId: name,
    receiptHandle: `handle of ${name}`,
    body: body ?? JSON.stringify(request),
    attributes: { MessageGroupId: environment, ApproximateReceiveCount: '2' },
  };
}

function subject(work: Work, change: Partial<SyncHandlerParts> = {}, remainingMs = 60_000) {
  const { log, lines } = recordingLog();
  const worked: string[] = [];
  const options: RunOptions[] = [];
  const returned: FailedMessage[] = [];
  const counted: string[] = [];
  const parts: SyncHandlerParts = {
    open: () =>
      Promise.resolve({
        enclosure: {
          async sync(request: SyncRequest, given: RunOptions = {}) {
            worked.push(`${request.environment}/${request.delivery ?? ''}`);
            options.push(given);
            return await work(request, given);
          },
        },
        retry: (messages) => {
          returned.push(...messages);
          return Promise.resolve(undefined);
        },
      }),
    log,
    metrics: {
      count: (name, labels) => void counted.push(`${name} ${JSON.stringify(labels)}`),
      duration: () => undefined,
    },
    ...change,
  };
  const invocation = { awsRequestId: 'request-1', getRemainingTimeInMillis: () => remainingMs };
  return {
    lines,
    worked,
    options,
    returned,
    counted,
    invoke: (event: unknown) => handleSync(parts, event, invocation),
    batch: async (...messages: readonly Message[]): Promise<string[]> => {
      const answer = (await handleSync(parts, { Records: messages }, invocation)) as BatchAnswer;
      return answer.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
    },
  };
}

const fine: Work = ({ environment }) => syncReport(environment);
const failing =
  (error: Error, ...names: readonly string[]): Work =>
  ({ environment, delivery = '' }) => {
    if (names.includes(`${environment}/${delivery}`)) throw error;
    return syncReport(environment);
  };

test('a batch is worked group after group, each in order, and nothing comes back', async () => {
  const { batch, worked } = subject(fine);
  expect(await batch(message('a/1'), message('b/1'), message('a/2'), message('b/2'))).toEqual([]);
  expect(worked).toEqual(['a/1', 'a/2', 'b/1', 'b/2']);
});

test('F55: the first failure of a group sends that message and the later ones back, and other groups go on', async () => {
  const { batch, worked, returned } = subject(failing(away, 'a/2'));
  expect(await batch(message('a/1'), message('a/2'), message('a/3'), message('b/1'))).toEqual(['a/2', 'a/3']);
  expect(worked).toEqual(['a/1', 'a/2', 'b/1']);
  expect(returned).toEqual([
    { receiptHandle: 'handle of a/2', attempts: 2 },
    { receiptHandle: 'handle of a/3', attempts: 2 },
  ]);
});

test.each([
  ['a failure that cannot pass', denied, 'a'],
  ['an environment that is gone', gone, '(unknown)'],
])('%s is given up, and its group goes on', async (_, error, environment) => {
  const { batch, worked, lines, counted } = subject(failing(error, 'a/1'));
  expect(await batch(message('a/1'), message('a/2'))).toEqual([]);
  expect(worked).toEqual(['a/1', 'a/2']);
  expect(lines.filter((line) => line.message === 'request given up')).toMatchObject([
    { level: 'error', code: error.code, messageId: 'a/1', environment: 'a', attempts: 2 },
  ]);
  expect(counted).toContain(`dead-letters ${JSON.stringify({ environment })}`);
});

test('an error that nobody foresaw may pass', async () => {
  const { batch } = subject(failing(new TypeError('a fault'), 'a/1'));
  expect(await batch(message('a/1'))).toEqual(['a/1']);
});

test('a plan that a guard refused is done: it is reported and does not come back', async () => {
  const { batch, lines } = subject(({ environment }) => syncReport(environment, 'refused'));
  expect(await batch(message('a/1'))).toEqual([]);
  expect(lines).toMatchObject([{ level: 'warn', outcome: 'refused' }]);
});

test.each([
  ['no JSON', 'canary{'],
  ['an empty text', ''],
  ['null', 'null'],
  ['another object', '{"canary":1}'],
  ['an unknown reason', '{"environment":"a","reason":"canary","actor":"x","time":"now"}'],
  [
    'a commit that is none',
    '{"environment":"a","reason":"push","actor":"x","time":"now","commit":"--canary"}',
  ],
])('F56: a message that is %s is given up among good ones, without being quoted', async (_, body) => {
  const { batch, worked, lines } = subject(fine);
  expect(await batch(message('a/1'), message('a/2', body), message('a/3'), message('b/1'))).toEqual([]);
  expect(worked).toEqual(['a/1', 'a/3', 'b/1']);
  expect(lines.filter(({ level }) => level === 'error')).toMatchObject([
    { messageId: 'a/2', code: 'usage-invalid' },
  ]);
  expect(JSON.stringify(lines)).not.toContain('canary');
});

test('a message that a newer sender wrote more into is worked', async () => {
  const { batch, worked } = subject(fine);
  const body = JSON.stringify({ ...(JSON.parse(message('a/1').body) as object), newer: true });
  expect(await batch(message('a/1', body))).toEqual([]);
  expect(worked).toEqual(['a/1']);
});

test('a configuration that AWS could not give sends everything back; one that is wrong does not', async () => {
  const unreachable = new EnclosureError('aws-unreachable', 'away');
  const first = subject(fine, { open: () => Promise.reject(unreachable) });
  expect(await first.batch(message('a/1'), message('b/1'))).toEqual(['a/1', 'b/1']);
  const invalid = new EnclosureError('configuration-invalid', 'wrong');
  const second = subject(fine, { open: () => Promise.reject(invalid) });
  expect(await second.batch(message('a/1'), message('b/1'))).toEqual([]);
  expect(second.lines.map((line) => line.message)).toEqual([
    'sync failed',
    'request given up',
    'sync failed',
    'request given up',
  ]);
});

test('the deadline strikes: what runs is told so, what has not begun is not begun, and all of it comes back', async () => {
  const { batch, worked, options } = subject(
    async (_, { signal }) => {
      await new Promise<void>((resolve) => signal?.addEventListener('abort', () => resolve()));
      throw signal?.reason;
    },
    {},
    200,
  );
  expect(await batch(message('a/1'), message('a/2'), message('b/1'))).toEqual(['a/1', 'a/2', 'b/1']);
  expect(worked).toEqual(['a/1']);
  expect(options[0]?.signal?.reason).toMatchObject({ code: 'aborted', retryable: true });
});

test('the lock is waited for no longer than half of the time that is left', async () => {
  const short = subject(fine, {}, 20_000);
  await short.batch(message('a/1'));
  expect(short.options[0]?.lockTimeoutMs).toBeGreaterThan(5_000);
  expect(short.options[0]?.lockTimeoutMs).toBeLessThanOrEqual(9_000);
  const long = subject(fine, {}, 900_000);
  await long.batch(message('a/1'));
  expect(long.options[0]?.lockTimeoutMs).toBe(60_000);
});

test('audit notes get a small part of the time that is left, so that other messages get theirs', async () => {
  const short = subject(fine, {}, 20_000);
  await short.batch(message('a/1'));
  expect(short.options[0]?.notesTimeoutMs).toBeLessThanOrEqual(1_800);
  const long = subject(fine, {}, 900_000);
  await long.batch(message('a/1'));
  expect(long.options[0]?.notesTimeoutMs).toBe(10_000);
});

test('an event with records that are no messages fails as a whole, so that nothing is taken for done', async () => {
  const { invoke } = subject(fine);
  await expect(invoke({ Records: [{ eventSource: 'aws:s3' }] })).rejects.toMatchObject({
    code: 'usage-invalid',
  });
  await expect(invoke({ Records: [] })).rejects.toMatchObject({ code: 'usage-invalid' });
});

test('a direct invocation is answered with the document of sync --json', async () => {
  let asked: SyncRequest | undefined;
  const { invoke } = subject((request) => {
    asked = request;
    return syncReport(request.environment);
  });
  const commit = 'a'.repeat(40);
  const event = { environment: 'a', commit, full: true, allowRewind: true, allowDeletes: true, adopt: false };
  expect(await invoke(event)).toEqual(syncReport('a').result);
  expect(asked).toEqual({
    ...event,
    reason: 'manual',
    actor: 'invocation request-1',
    time: expect.any(String) as string,
  });
});

test('a refused invocation says what refused it, a failed one why', async () => {
  const refusals = [{ code: 'too-many-deletes', message: '9 of 10' }] as const;
  const refused = subject(({ environment }) => syncReport(environment, 'refused', { refusals }));
  expect(await refused.invoke({ environment: 'a' })).toMatchObject({ outcome: 'refused', refusals });
  const failed = subject(failing(away, 'a/'));
  expect(await failed.invoke({ environment: 'a' })).toMatchObject({
    environment: 'a',
    outcome: 'failed',
    revision: null,
    error: { code: 'repository-unreachable', retryable: true },
  });
});

test.each([
  ['nothing', undefined, 'something else'],
  ['a string', 'canary', 'something else'],
  ['an empty object', {}, 'something wrong with environment'],
  ['an unknown key', { environment: 'a', allowDelete: true }, 'something wrong with allowDelete'],
  ['a flag that is no flag', { environment: 'a', full: 'canary' }, 'something wrong with full'],
  ['a commit that is an option', { environment: 'a', commit: '--canary' }, 'something wrong with commit'],
  ['an HTTP event', { version: '2.0', headers: {}, body: 'canary' }, expect.stringContaining('environment')],
] as const)('an invocation with %s is answered, and nothing is done', async (_, event, found) => {
  const { invoke, worked, lines } = subject(fine);
  const answer = await invoke(event);
  expect(answer).toMatchObject({ outcome: 'failed', error: { code: 'usage-invalid', found } });
  expect(worked).toEqual([]);
  expect(JSON.stringify([answer, lines])).not.toContain('canary');
});

test('a configuration that is wrong is logged and counted for the environment that was asked for', async () => {
  const wrong = new EnclosureError('configuration-invalid', 'no such key');
  const { batch, counted, lines } = subject(fine, { open: () => Promise.reject(wrong) });
  expect(await batch(message('a/1'))).toEqual([]);
  expect(counted).toContainEqual(expect.stringMatching(/^failures .*"configuration-invalid"/));
  expect(lines).toContainEqual(expect.objectContaining({ environment: 'a', outcome: 'failed' }));
});
