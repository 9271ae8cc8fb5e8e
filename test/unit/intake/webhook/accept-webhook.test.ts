import { describe, expect, it } from 'vitest';
import { EnclosureError } from '../../../../src/base/enclosure-error.ts';
import { acceptWebhook, type WebhookAnswer } from '../../../../src/intake/webhook/accept-webhook.ts';
import type { SyncRequest } from '../../../../src/model/sync/sync-request.ts';
import { configurationOf } from '../../../integration/intake/webhook/configuration-of.ts';
import { pushPayload } from '../../../integration/intake/webhook/push-payloads.ts';
import { deliveryHeaders } from '../../../integration/intake/webhook/sign.ts';
import { recordingLog } from '../../serve/recording-log.ts';

const { log, lines } = recordingLog();
const configuration = configurationOf({ production: 'master', staging: 'develop' });

async function accept(
  send: (requests: readonly SyncRequest[]) => Promise<void>,
  payload: unknown = pushPayload(),
  headers: Readonly<Record<string, string>> = {},
): Promise<WebhookAnswer> {
  const body = Buffer.from(JSON.stringify(payload));
  return await acceptWebhook(
    { configuration, send, log },
    { repository: 'config', headers: deliveryHeaders(body, headers), body },
  );
}

const takes = (): Promise<void> => Promise.resolve();

describe('acceptWebhook', () => {
  it('answers 202 only after the queue has taken the requests', async () => {
    let taken = false;
    const answer = await accept(async (requests) => {
      await new Promise((resolve) => setImmediate(resolve));
      expect(requests).toHaveLength(1);
      taken = true;
    });
    expect(taken).toBe(true);
    expect(answer).toEqual({ status: 202, body: { queued: ['production'] } });
  });

  it.each([
    ['refuses', new EnclosureError('queue-refused', 'full of secrets'), 503],
    ['times out', new EnclosureError('aborted', 'full of secrets'), 503],
    ['breaks', new TypeError('full of secrets'), 500],
  ])('F54: answers 5xx without details when the queue %s', async (_, error, status) => {
    const answer = await accept(() => Promise.reject(error));
    expect(answer.status).toBe(status);
    expect(JSON.stringify(answer.body)).not.toContain('secrets');
    expect(lines.at(-1)).toMatchObject({
      level: 'error',
      error: expect.stringContaining('full of') as string,
    });
  });

  it('F54: queues the names and the commit id, and nothing else of the payload', async () => {
    let sent: readonly SyncRequest[] = [];
    await accept((requests) => {
      sent = requests;
      return Promise.resolve();
    });
    expect(Object.keys(sent[0] ?? {}).toSorted()).toEqual(
      ['actor', 'delivery', 'environment', 'hint', 'reason', 'ref', 'repository', 'time'].toSorted(),
    );
    expect(JSON.stringify(sent).length).toBeLessThan(1_000);
  });

  it('F52: says why nothing was queued for a branch that nobody maps', async () => {
    const answer = await accept(
      () => Promise.reject(new Error('nothing must be sent')),
      pushPayload({ ref: 'refs/heads/feature' }),
    );
    expect(answer).toEqual({
      status: 200,
      body: { ignored: 'no environment is mapped to the branch feature' },
    });
  });

  it.each([
    [401, { 'x-hub-signature-256': `sha256=${'0'.repeat(64)}` }, pushPayload()],
    [400, {}, pushPayload({ commits: 7 })],
  ])('answers %i with the code and what was expected', async (status, headers, payload) => {
    const answer = await accept(takes, payload, headers);
    expect(answer.status).toBe(status);
    expect(answer.body).toEqual({
      error: { code: expect.stringMatching(/^webhook-/) as string, message: expect.any(String) as string },
    });
  });

  it('answers 404 for a repository that is not configured', async () => {
    const delivery = { repository: 'other', headers: {}, body: Buffer.alloc(0) };
    expect(await acceptWebhook({ configuration, send: takes, log }, delivery)).toMatchObject({ status: 404 });
  });

  it('logs the delivery, and neither payload nor secret', async () => {
    lines.length = 0;
    await accept(takes);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatchObject({
      repository: 'config',
      delivery: '72d3162e-cc78-11e3-81ab-4c9367dc0958',
      actor: 'Codertocat',
      queued: ['production'],
    });
    expect(JSON.stringify(lines)).not.toMatch(/node_id|secret/);
  });
});
