import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { abortedError, EnclosureError } from '../../../src/base/enclosure-error.ts';
import { waitFor } from '../../../harness/wait-for.ts';
import { fakeEnclosure } from './fake-enclosure.ts';
import { serving } from './serving.ts';

const start = serving();

describe('GET /healthz', () => {
  it('gives uptime, the length of the queue, and what became of the last run of each environment', async () => {
    const enclosure = fakeEnclosure(() => Promise.reject(new EnclosureError('zookeeper-denied', 'details')));
    const { get, deliver } = await start({ enclosure });
    await waitFor(
      'the first reconciles',
      async () => !JSON.stringify(await get('/healthz')).includes('null'),
    );
    const last = {
      outcome: 'unchanged',
      revision: 7,
      commit: 'c'.repeat(40),
      time: expect.any(String) as string,
    };
    expect(await get('/healthz')).toEqual({
      status: 200,
      body: {
        status: 'ok',
        uptimeSeconds: expect.any(Number) as number,
        queue: 0,
        environments: { production: last, staging: last },
      },
    });
    await deliver();
    await waitFor('the failure', async () => JSON.stringify(await get('/healthz')).includes('failed'));
    const { status, body } = await get('/healthz');
    expect(status).toBe(200);
    expect(body).toMatchObject({
      environments: { production: { outcome: 'failed', code: 'zookeeper-denied' }, staging: last },
    });
    expect(JSON.stringify(body)).not.toContain('details');
  });

  it('counts what runs and waits', async () => {
    const enclosure = fakeEnclosure(
      (_, __, signal) =>
        new Promise((___, reject) => signal.addEventListener('abort', () => reject(abortedError(signal)))),
    );
    const { get, deliver } = await start({ enclosure });
    await waitFor(
      'the first reconciles',
      async () => !JSON.stringify(await get('/healthz')).includes('null'),
    );
    await deliver();
    await deliver();
    await waitFor('the first to run', () => enclosure.pushes.length === 1);
    expect((await get('/healthz')).body).toMatchObject({ queue: 2 });
  });

  it('answers 503 while the server ends', async () => {
    const { server } = await start({ graceMs: 3_600_000 });
    const { hostname, port } = new URL(server.url);
    const socket = connect(Number(port), hostname);
    const ended = new Promise<string>((resolve) => {
      let text = '';
      socket.on('data', (chunk: Buffer) => (text += chunk.toString()));
      socket.on('close', () => resolve(text));
    });
    // The answer to a first request says that the server has this connection, and the second is under way then.
    socket.write('GET /healthz HTTP/1.1\r\nhost: x\r\n\r\nGET /healthz HTTP/1.1\r\n');
    await new Promise((resolve) => socket.once('data', resolve));
    const closing = server.close();
    socket.write('host: x\r\n\r\n');
    expect(await ended).toMatch(/HTTP\/1\.1 200 .*HTTP\/1\.1 503 .*"stopping"/s);
    await closing;
  });
});
