import { connect, type Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { answered, serving } from './serving.ts';

const start = serving();

/** A connection that is used by hand. */
async function open(url: string): Promise<{ readonly socket: Socket; readonly ended: Promise<string> }> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  let text = '';
  const ended = new Promise<string>((resolve) => {
    socket.on('data', (chunk: Buffer) => (text += chunk.toString()));
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(text));
  });
  await new Promise((resolve) => socket.once('connect', resolve));
  return { socket, ended };
}

describe('the HTTP server', () => {
  it.each([
    ['GET', '/', 404],
    ['POST', '/webhooks', 404],
    ['POST', '/webhooks/', 404],
    ['POST', '/webhooks/config/more', 404],
    ['POST', '/webhooks/other', 404],
    ['POST', '/webhooks/%', 404],
    ['POST', '/webhooks/__proto__', 404],
    ['GET', '/webhooks/config', 405],
    ['PUT', '/webhooks/config', 405],
    ['POST', '/healthz', 405],
  ])('answers %s %s with %i in JSON', async (method, path, status) => {
    const { server } = await start();
    const answer = await answered(fetch(`${server.url}${path}`, { method }));
    expect(answer).toEqual({ status, body: { error: { message: expect.any(String) as string } } });
  });

  it('names the method that is allowed', async () => {
    const { server } = await start();
    const response = await fetch(`${server.url}/webhooks/config`);
    expect(response.headers.get('allow')).toBe('POST');
  });

  it('F51: asks for no body that it would refuse', async () => {
    const { server } = await start();
    const { socket, ended } = await open(server.url);
    socket.write(
      'POST /webhooks/config HTTP/1.1\r\nhost: x\r\nexpect: 100-continue\r\ncontent-length: 26000000\r\n\r\n',
    );
    const text = await ended;
    expect(text).toMatch(/^HTTP\/1\.1 413 /);
    expect(text).not.toContain('100 Continue');
  });

  it('asks for a body that it would read', async () => {
    const { server } = await start();
    const { socket, ended } = await open(server.url);
    socket.write(
      'POST /webhooks/config HTTP/1.1\r\nhost: x\r\nexpect: 100-continue\r\ncontent-length: 2\r\nconnection: close\r\n\r\n',
    );
    socket.once('data', () => socket.write('{}'));
    expect(await ended).toMatch(/^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 401 /);
  });

  it.each([
    ['its headers', 'POST /webhooks/config HTTP/1.1\r\nhost: x\r\n'],
    ['its body', 'POST /webhooks/config HTTP/1.1\r\nhost: x\r\ncontent-length: 1000\r\n\r\n{'],
  ])('F51: cuts off a sender that never ends %s, and goes on', async (_, beginning) => {
    const { server, deliver } = await start({ requestTimeoutMs: 200 });
    const { socket, ended } = await open(server.url);
    socket.write(beginning);
    expect(await ended).toMatch(/^HTTP\/1\.1 408 /);
    expect(await deliver()).toMatchObject({ status: 202 });
  });

  const unannounced = 'POST /webhooks/config HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n';
  const chunk = Buffer.concat([Buffer.from('f4240\r\n'), Buffer.alloc(1_000_000, 0x20), Buffer.from('\r\n')]);

  it('F51: lets a sender that reads nothing before it has sent everything see why it was refused', async () => {
    const { server } = await start();
    const { socket, ended } = await open(server.url);
    socket.write(unannounced);
    for (let count = 0; count < 60; count += 1) {
      await new Promise<void>((resolve, reject) => {
        socket.write(chunk, (error) => (error ? reject(error) : resolve()));
      });
    }
    socket.end('0\r\n\r\n');
    expect(await ended).toMatch(/^HTTP\/1\.1 413 .*webhook-too-large/s);
  });

  it('F51: cuts off a sender that goes on after it was refused', async () => {
    const { server, deliver } = await start({ requestTimeoutMs: 1_000 });
    const { socket, ended } = await open(server.url);
    socket.write(unannounced);
    const send = (): void => {
      if (!socket.destroyed) socket.write(chunk, () => setImmediate(send));
    };
    send();
    expect(await ended).toMatch(/^HTTP\/1\.1 4(?:13|08) /);
    expect(await deliver()).toMatchObject({ status: 202 });
  });

  it('survives a sender that goes away in the middle of its body', async () => {
    const { server, deliver, lines } = await start();
    const { socket, ended } = await open(server.url);
    socket.write('POST /webhooks/config HTTP/1.1\r\nhost: x\r\ncontent-length: 1000\r\n\r\n{');
    await new Promise((resolve) => setImmediate(resolve));
    socket.destroy();
    await ended;
    expect(await deliver()).toMatchObject({ status: 202 });
    expect(lines.filter((line) => line.level === 'error')).toEqual([]);
  });

  it('does not start where it cannot listen', async () => {
    const { server } = await start();
    const port = Number(new URL(server.url).port);
    await expect(start({ port })).rejects.toMatchObject({ code: 'usage-invalid' });
  });
});
