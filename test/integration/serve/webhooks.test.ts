import { createHmac } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { EnclosureError } from '../../../src/base/enclosure-error.ts';
import type { Hold } from '../../../src/model/hold.ts';
import { waitFor } from '../../../harness/wait-for.ts';
import { syncReport } from '../../unit/serve/sync-report.ts';
import { configurationOf, repositoryOf } from '../intake/webhook/configuration-of.ts';
import { examplesOf, pushPayload } from '../intake/webhook/push-payloads.ts';
import { sign, webhookSecret } from '../intake/webhook/sign.ts';
import { fakeEnclosure } from './fake-enclosure.ts';
import { answered, bytesOf, serving, type Serving } from './serving.ts';

const start = serving();

/** The server is alive, takes a good push, and the one under test led to nothing. */
async function expectOnlyGoodPushWorked({ deliver, enclosure }: Serving): Promise<void> {
  expect(await deliver()).toEqual({ status: 202, body: { queued: ['production'] } });
  await waitFor('the good push', () => enclosure.pushes.length > 0);
  expect(enclosure.pushes).toHaveLength(1);
}

describe('the webhook endpoint', () => {
  it('answers a signed push with 202 and runs the sync of its environments', async () => {
    const { deliver, enclosure, lines } = await start();
    expect(await deliver()).toEqual({ status: 202, body: { queued: ['production'] } });
    await waitFor('the sync', () => lines.some((line) => line['reason'] === 'push' && line['outcome']));
    expect(enclosure.pushes).toEqual([
      {
        environment: 'production',
        reason: 'push',
        actor: 'Codertocat',
        delivery: '72d3162e-cc78-11e3-81ab-4c9367dc0958',
        time: expect.any(String) as string,
        repository: 'config',
        ref: 'refs/heads/master',
        hint: '6113728f27ae82c7b1a177c8d03f9e96e0adf246',
      },
    ]);
    expect(JSON.stringify(lines)).not.toContain(webhookSecret);
    expect(JSON.stringify(lines)).not.toContain('node_id');
  });

  it('names the hold that it has met, until it is lifted or its time is over', async () => {
    const hold: Hold = {
      format: 1,
      environment: 'production',
      who: 'alice',
      why: 'wallet broke',
      since: '2026-01-01T00:00:00.000Z',
      until: null,
      rollback: null,
    };
    const over = { ...hold, until: '2026-01-01T00:00:01.000Z' };
    const reports = [
      { ...syncReport('production', 'held'), hold },
      { ...syncReport('production', 'held'), hold: over },
      syncReport('production'),
    ];
    const enclosure = fakeEnclosure((_request, times) =>
      Promise.resolve(reports[times - 1] ?? syncReport('x')),
    );
    const { deliver } = await start({ enclosure });
    const answers: unknown[] = [];
    for (const times of [1, 2, 3]) {
      answers.push((await deliver()).body);
      await waitFor('the sync', () => enclosure.pushes.length === times);
    }
    const held = { production: { who: 'alice', why: 'wallet broke', until: null } };
    expect(answers).toEqual([
      { queued: ['production'] },
      { queued: ['production'], held },
      { queued: ['production'] },
    ]);
  });

  const body = bytesOf(pushPayload());
  const sha1 = createHmac('sha1', webhookSecret).update(body).digest('hex');
  it.each([
    ['missing', { 'x-hub-signature-256': '' }],
    ['wrong', { 'x-hub-signature-256': sign(body, 'guess') }],
    ['SHA-1 only', { 'x-hub-signature-256': '', 'x-hub-signature': `sha1=${sha1}` }],
    ['of the wrong length', { 'x-hub-signature-256': sign(body).slice(0, -2) }],
    ['over other bytes', { 'x-hub-signature-256': sign(Buffer.concat([body, Buffer.from('\n')])) }],
  ])('F50: answers 401 where the signature is %s', async (_, headers) => {
    const started = await start();
    const answer = await started.deliver(body, headers);
    expect(answer).toMatchObject({ status: 401, body: { error: { code: 'webhook-unsigned' } } });
    await expectOnlyGoodPushWorked(started);
  });

  it('F50: does not start with a repository that has no secret', async () => {
    const repository = repositoryOf({ webhookSecrets: [] });
    const starting = start({ configuration: configurationOf({ production: 'master' }, repository) });
    await expect(starting).rejects.toMatchObject({ code: 'configuration-invalid' });
  });

  it.each([
    ['a body of 26 MB', Buffer.alloc(26_000_000, 0x20), {}, 413],
    ['a gzip bomb', gzipSync(Buffer.alloc(50_000_000)), { 'content-encoding': 'gzip' }, 415],
    ['JSON a million levels deep', '{"a":'.repeat(1_000_000), {}, 400],
    ['commits that are a number', pushPayload({ commits: 7 }), {}, 400],
    ['a repository that is null', pushPayload({ repository: null }), {}, 400],
    ['a byte order mark', `\uFEFF${body.toString()}`, {}, 400],
    ['base64', body.toString('base64'), {}, 400],
    ['an empty body', '', {}, 401],
  ])('F51: refuses %s and answers the next delivery', async (_, given, headers, status) => {
    const started = await start();
    expect(await started.deliver(given, headers)).toMatchObject({
      status,
      body: { error: { message: expect.any(String) as string } },
    });
    await expectOnlyGoodPushWorked(started);
  });

  it('F51: refuses 26 MB that did not announce their length', async () => {
    const started = await start();
    const chunk = Buffer.alloc(1_000_000, 0x20);
    const stream = new ReadableStream<Uint8Array>({
      start(controller) {
        for (let count = 0; count < 26; count += 1) controller.enqueue(chunk);
        controller.close();
      },
    });
    const request = { method: 'POST', body: stream, duplex: 'half' } as const;
    const answer = await answered(fetch(`${started.server.url}/webhooks/config`, request));
    expect(answer).toMatchObject({ status: 413, body: { error: { code: 'webhook-too-large' } } });
    await expectOnlyGoodPushWorked(started);
  });

  it('F51: takes duplicate keys as every JSON parser does', async () => {
    const started = await start();
    const text = body.toString().replace('{', '{"ref":7,"repository":null,');
    expect(await started.deliver(text)).toMatchObject({ status: 202 });
  });

  const [ping] = examplesOf('ping');
  const zeros = '0'.repeat(40);
  it.each([
    ['a ping', ping, { 'x-github-event': 'ping' }],
    ['a tag', pushPayload({ ref: 'refs/tags/v1' }), {}],
    ['a branch that nobody maps', pushPayload({ ref: 'refs/heads/feature' }), {}],
    ['a deleted branch', pushPayload({ deleted: true, after: zeros }), {}],
    ['another repository', pushPayload({ repository: { full_name: 'Codertocat/Other' } }), {}],
    ['another event', examplesOf('delete')[0], { 'x-github-event': 'delete' }],
  ])('F52: answers 200 with a reason for %s, and queues nothing', async (_, payload, headers) => {
    const started = await start();
    expect(await started.deliver(payload, headers)).toEqual({
      status: 200,
      body: { ignored: expect.any(String) as string },
    });
    await expectOnlyGoodPushWorked(started);
  });

  it('F53: runs the same delivery again, after a failed run and after a successful one', async () => {
    const enclosure = fakeEnclosure((request, times) =>
      times === 1
        ? Promise.reject(new EnclosureError('repository-denied', 'the credentials expired'))
        : Promise.resolve(syncReport(request.environment)),
    );
    const { deliver, lines } = await start({ enclosure });
    const outcomes = (): unknown[] =>
      lines.filter((line) => line['reason'] === 'push' && line['outcome']).map((line) => line['outcome']);
    for (const expected of [['failed'], ['failed', 'applied'], ['failed', 'applied', 'applied']]) {
      expect(await deliver()).toMatchObject({ status: 202 });
      await waitFor(`the outcomes ${expected.join(', ')}`, () => outcomes().length === expected.length);
      expect(outcomes()).toEqual(expected);
    }
    expect(new Set(enclosure.pushes.map((request) => request.delivery)).size).toBe(1);
  });

  it('tries a delivery again whose run failed for a reason that may pass', async () => {
    const enclosure = fakeEnclosure((request, times) =>
      times === 1
        ? Promise.reject(new EnclosureError('zookeeper-unreachable', 'away'))
        : Promise.resolve(syncReport(request.environment)),
    );
    const { deliver, get } = await start({ enclosure, queue: { backoff: { firstDelayMs: 1 } } });
    await deliver();
    await waitFor('the second attempt', () => enclosure.pushes.length === 2);
    await waitFor('its outcome', async () =>
      JSON.stringify((await get('/healthz')).body).includes('"outcome":"applied"'),
    );
  });

  it('F53: a signed body of a year ago asks for the current head, like any other push', async () => {
    const { deliver, enclosure } = await start();
    const old = pushPayload({ after: 'd'.repeat(40), head_commit: { timestamp: '2019-05-15T15:19:25Z' } });
    expect(await deliver(old)).toMatchObject({ status: 202 });
    await waitFor('the sync', () => enclosure.pushes.length === 1);
    const [request] = enclosure.pushes;
    expect(request).toMatchObject({ reason: 'push', hint: 'd'.repeat(40) });
    expect(Object.keys(request ?? {})).not.toEqual(
      expect.arrayContaining([expect.stringMatching(/^(commit|full|allow|adopt)/)]),
    );
  });

  it('F54: answers 503, never 200, when the queue refuses', async () => {
    const { deliver, enclosure } = await start({ queue: { maxWaiting: 0 } });
    expect(await deliver()).toMatchObject({ status: 503, body: { error: { code: 'queue-refused' } } });
    expect(enclosure.pushes).toEqual([]);
  });
});
