import { expect, test } from 'vitest';
import { EnclosureError } from '../../../src/base/enclosure-error.ts';
import { handleWebhook, type HttpAnswer } from '../../../src/lambda/handle-webhook.ts';
import type { SyncRequest } from '../../../src/model/sync/sync-request.ts';
import { configurationOf } from '../../integration/intake/webhook/configuration-of.ts';
import { pushPayload } from '../../integration/intake/webhook/push-payloads.ts';
import { deliveryHeaders } from '../../integration/intake/webhook/sign.ts';
import { recordingLog } from '../serve/recording-log.ts';
import { httpEvent } from './http-event.ts';

const configuration = configurationOf({ production: 'master' });
const payload = JSON.stringify(pushPayload());

interface Handled {
  readonly answer: HttpAnswer;
  readonly body: Readonly<Record<string, unknown>>;
  readonly sent: SyncRequest[];
  readonly text: string;
}

async function handle(event: unknown, send?: () => Promise<void>): Promise<Handled> {
  const { log, lines } = recordingLog();
  const sent: SyncRequest[] = [];
  const take = (requests: readonly SyncRequest[]): Promise<void> => {
    sent.push(...requests);
    return send?.() ?? Promise.resolve();
  };
  const open = () => Promise.resolve({ configuration, send: take });
  const answer = await handleWebhook({ log, open, limitMs: 5_000 }, event);
  const body = JSON.parse(answer.body) as Handled['body'];
  return { answer, body, sent, text: JSON.stringify([answer, lines]) };
}

test('a signed push is queued', async () => {
  const { answer, body, sent } = await handle(httpEvent(payload, deliveryHeaders(payload)));
  expect(answer).toMatchObject({
    statusCode: 202,
    headers: { 'content-type': expect.stringMatching(/json/) as string },
  });
  expect(body).toEqual({ queued: ['production'] });
  expect(sent).toMatchObject([{ environment: 'production', reason: 'push', actor: 'Codertocat' }]);
});

test('F51: a body that the gateway encoded is decoded before its signature is verified', async () => {
  const bytes = Buffer.from(payload);
  expect((await handle(httpEvent(bytes, deliveryHeaders(bytes)))).answer.statusCode).toBe(202);
});

test('the names of headers may be in any case', async () => {
  const headers = Object.entries(deliveryHeaders(payload)).map(([name, value]) => [
    name.toUpperCase(),
    value,
  ]);
  const event = httpEvent(payload, Object.fromEntries(headers) as Record<string, string>);
  expect((await handle(event)).answer.statusCode).toBe(202);
});

test('the repository is taken from the path where the route does not name it', async () => {
  const changes = { pathParameters: undefined, rawPath: '/production/webhooks/config' };
  expect((await handle(httpEvent(payload, deliveryHeaders(payload), changes))).answer.statusCode).toBe(202);
});

test.each([
  ['nothing', undefined],
  ['null', null],
  ['a string', 'event'],
  ['a number', 7],
  ['a list', []],
  ['an empty object', {}],
  ['headers that are no map', httpEvent(payload, {}, { headers: 'x' })],
  ['a body that is no string', httpEvent(payload, {}, { body: { ref: 'x' } })],
  ['an event of another service', { Records: [{ messageId: '1', body: payload }] }],
])('an event that is %s is answered with 400', async (_, event) => {
  const { answer, sent } = await handle(event);
  expect(answer.statusCode).toBe(400);
  expect(sent).toEqual([]);
});

test.each([
  ['F50: an unsigned body', 401, httpEvent(payload, deliveryHeaders(payload, { 'x-hub-signature-256': '' }))],
  ['F50: no body at all', 401, httpEvent('', deliveryHeaders(payload), { body: undefined })],
  ['an unknown repository', 404, httpEvent(payload, {}, { pathParameters: { repository: 'other' } })],
  ['another path', 404, httpEvent(payload, {}, { pathParameters: undefined, rawPath: '/' })],
  [
    'a path that is badly encoded',
    404,
    httpEvent('', {}, { pathParameters: undefined, rawPath: '/webhooks/%E0%A4' }),
  ],
  [
    'F51: a compressed body',
    415,
    httpEvent(payload, deliveryHeaders(payload, { 'content-encoding': 'gzip' })),
  ],
  ['F51: a body that is no JSON', 400, httpEvent('x', deliveryHeaders('x'))],
  ['F52: a ping', 200, httpEvent(payload, deliveryHeaders(payload, { 'x-github-event': 'ping' }))],
])('%s is answered with %i', async (_, status, event) => {
  const { answer, sent } = await handle(event);
  expect(answer.statusCode).toBe(status);
  expect(sent).toEqual([]);
});

test.each([
  ['refuses', new EnclosureError('queue-refused', 'canary'), 503],
  ['breaks', new TypeError('canary'), 500],
])('F54: a queue that %s is answered with 5xx and no details', async (_, error, status) => {
  const { answer } = await handle(httpEvent(payload, deliveryHeaders(payload)), () => Promise.reject(error));
  expect(answer.statusCode).toBe(status);
  expect(answer.body).not.toContain('canary');
});

test('F50: a secret that is missing is answered with 500 and logged by its name, and the next event tries again', async () => {
  const { log, lines } = recordingLog();
  const missing = new EnclosureError('secret-missing', 'a secret cannot be read', { where: 'ssm /x' });
  let opened = 0;
  const open = () => {
    opened += 1;
    return opened === 1
      ? Promise.reject(missing)
      : Promise.resolve({ configuration, send: () => Promise.resolve() });
  };
  const event = httpEvent(payload, deliveryHeaders(payload));
  const answer = await handleWebhook({ log, open }, event);
  expect(answer.statusCode).toBe(500);
  expect(answer.body).not.toContain('ssm');
  expect(lines).toMatchObject([
    { level: 'error', code: 'secret-missing', error: expect.stringContaining('ssm /x') as string },
  ]);
  expect((await handleWebhook({ log, open }, event)).statusCode).toBe(202);
});

test('F47: neither the payload nor the secret gets into the answer or the log', async () => {
  const { text } = await handle(httpEvent(payload, deliveryHeaders(payload)));
  expect(text).not.toMatch(/node_id|It is a secret/);
});
