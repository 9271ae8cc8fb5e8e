import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { abortedError } from '../../../src/base/enclosure-error.ts';
import type { SyncReport } from '../../../src/model/sync/sync-report.ts';
import { waitFor } from '../../../harness/wait-for.ts';
import { syncReport } from '../../unit/serve/sync-report.ts';
import { pushPayload } from '../intake/webhook/push-payloads.ts';
import { deliveryHeaders } from '../intake/webhook/sign.ts';
import { fakeEnclosure } from './fake-enclosure.ts';
import { bytesOf, serving } from './serving.ts';

const start = serving();
const long = 3_600_000;

/** A sync that ends when the test says so, or when its signal fires. */
function held(): { readonly enclosure: ReturnType<typeof fakeEnclosure>; readonly finish: () => void } {
  const finished = new AbortController();
  const enclosure = fakeEnclosure(
    ({ environment }, _, signal) =>
      new Promise<SyncReport>((resolve, reject) => {
        finished.signal.addEventListener('abort', () => resolve(syncReport(environment)));
        signal.addEventListener('abort', () => reject(abortedError(signal)));
      }),
  );
  return { enclosure, finish: () => finished.abort() };
}

describe('closing the server', () => {
  it('lets a running sync end, and waits for it', async () => {
    const { enclosure, finish } = held();
    const { server, deliver, lines } = await start({ enclosure, graceMs: long });
    await deliver();
    await waitFor('the sync', () => enclosure.pushes.length === 1);
    const closing = server.close();
    expect(server.close()).toBe(closing);
    await waitFor('the server to stop listening', () =>
      fetch(server.url).then(
        () => false,
        () => true,
      ),
    );
    expect(lines.map((line) => line.message)).not.toContain('closed');
    finish();
    await closing;
    expect(lines.map((line) => line.message).slice(-2)).toEqual(['sync applied', 'closed']);
  });

  it('aborts a sync that takes longer than the grace time', async () => {
    const { enclosure } = held();
    const { server, deliver, lines } = await start({ enclosure, graceMs: 1 });
    await deliver();
    await waitFor('the sync', () => enclosure.pushes.length === 1);
    await server.close();
    expect(lines).toContainEqual(expect.objectContaining({ outcome: 'failed', code: 'aborted' }));
    expect(lines.filter((line) => line.message === 'request given up')).toEqual([]);
    expect(enclosure.pushes).toHaveLength(1);
    expect(lines.at(-1)).toMatchObject({ level: 'info', message: 'closed' });
  });

  it('answers what is in flight: 503 for a webhook, which nobody would work any more', async () => {
    const { enclosure, finish } = held();
    const { server, deliver } = await start({ enclosure, graceMs: long });
    await deliver();
    await waitFor('the sync', () => enclosure.pushes.length === 1);
    const body = bytesOf(pushPayload());
    const sending = request(`${server.url}/webhooks/config`, {
      method: 'POST',
      headers: { ...deliveryHeaders(body), 'content-length': body.length, expect: '100-continue' },
    });
    const response = once(sending, 'response') as Promise<[IncomingMessage]>;
    sending.flushHeaders();
    await once(sending, 'continue');
    const closing = server.close();
    sending.end(body);
    const [answer] = await response;
    answer.resume();
    expect(answer.statusCode).toBe(503);
    expect(answer.headers.connection).toBe('close');
    finish();
    await closing;
    expect(enclosure.pushes).toHaveLength(1);
  });

  it('asks for no more reconciles', async () => {
    const closing = await start({ reconcileEveryMs: 20 });
    await waitFor('several reconciles', () => closing.enclosure.scheduled.length > 3);
    await closing.server.close();
    const other = await start({ reconcileEveryMs: 20 });
    await waitFor('the time that several more would take', () => other.enclosure.scheduled.length > 10);
    expect(closing.lines.at(-1)).toMatchObject({ message: 'closed' });
  });

  it('waits for no connection on which nothing was sent, however long the grace time', async () => {
    const { server } = await start({ graceMs: long });
    const { hostname, port } = new URL(server.url);
    const socket = connect(Number(port), hostname);
    await once(socket, 'connect');
    const ended = once(socket, 'close');
    await server.close();
    await ended;
  });

  it('ends although a sync does not heed its signal', async () => {
    const enclosure = fakeEnclosure(() => new Promise(() => undefined));
    const { server, deliver, lines } = await start({ enclosure });
    await deliver();
    await waitFor('the sync', () => enclosure.pushes.length === 1);
    await server.close();
    expect(lines.at(-1)).toMatchObject({ level: 'error', running: [{ environment: 'production' }] });
  });
});
