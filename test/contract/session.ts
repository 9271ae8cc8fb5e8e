/**
 * What every session does, whatever it is made of: `openWireSession`, on our own connections, and `openOfficialSession`,
 * through the official client.
 */
import { spawn } from 'node:child_process';
import { afterAll, afterEach, beforeAll, expect, inject, test } from 'vitest';
import { isEnclosureError } from '../../src/base/enclosure-error.ts';
import type { OpenOptions } from '../../src/model/connection-options.ts';
import type { Session } from '../../src/model/ports/session.ts';
import { freePort } from '../../harness/free-port.ts';
import { opcodes, startProxy, type TcpProxy } from '../../harness/tcp-proxy.ts';
import { waitFor } from '../../harness/wait-for.ts';
import { runScript } from '../../harness/run-script.ts';
import { startZooKeeper } from '../../harness/zookeeper-server.ts';

export interface SessionUnderTest {
  readonly openSession: (options: OpenOptions) => Promise<Session>;
  /** As its module exports it. */
  readonly name: string;
  /** Relative to this folder. */
  readonly module: string;
}

export function describeSession({ openSession, name, module }: SessionUnderTest): void {
  const connect = inject('zookeeper');
  const root = `/session-test-${name}`;
  const open: { close(): Promise<void> }[] = [];
  const proxies: TcpProxy[] = [];

  async function session(to = connect, sessionTimeoutMs = 10_000): Promise<Session> {
    const opened = await openSession({ connect: to, auth: [], sessionTimeoutMs });
    open.push(opened);
    return opened;
  }

  async function proxy(): Promise<TcpProxy> {
    const started = await startProxy(Number(connect.split(':')[1]));
    proxies.push(started);
    return started;
  }

  const reason = (lost: AbortSignal): Promise<unknown> =>
    waitFor('the loss of the session', () => (lost.aborted ? (lost.reason as unknown) : undefined));

  beforeAll(async () => {
    const first = await openSession({ connect, auth: [], sessionTimeoutMs: 10_000 });
    await first.create(root, Buffer.alloc(0));
    await first.close();
  });

  afterEach(async () => {
    // The proxies run in this process, which `close` blocks; without them it has nobody to wait for.
    await Promise.all(proxies.splice(0).map((started) => started.stop()));
    await Promise.all(open.splice(0).map((opened) => opened.close()));
  });

  afterAll(async () => {
    const last = await openSession({ connect, auth: [], sessionTimeoutMs: 10_000 });
    for (const child of (await last.getChildren(root)) ?? []) await last.delete(`${root}/${child}`);
    await last.delete(root);
    await last.close();
  });

  test('znodes are created, read, listed and deleted, and what is absent is undefined', async () => {
    const one = await session();
    const data = Buffer.from([0, 255, 10]);
    expect(await one.create(`${root}/plain`, data)).toBe(`${root}/plain`);
    expect((await one.getData(`${root}/plain`))?.data).toEqual(data);
    expect(await one.exists(`${root}/plain`)).toMatchObject({
      version: 0,
      ephemeralOwner: '0',
      dataLength: 3,
    });
    expect(await one.getChildren(root)).toContain('plain');
    expect(await one.delete(`${root}/plain`)).toBe(true);
    expect(await one.delete(`${root}/plain`)).toBe(false);
    expect(await one.exists(`${root}/plain`)).toBeUndefined();
    expect(await one.getData(`${root}/plain`)).toBeUndefined();
    expect(await one.getChildren(`${root}/plain`)).toBeUndefined();
    expect(await one.watch(`${root}/plain`)).toBeUndefined();
    await one.sync(root);
  });

  test('an ephemeral znode bears the session id and goes with the session', async () => {
    const [one, other] = [await session(), await session()];
    const path = await one.create(`${root}/member-`, Buffer.alloc(0), { ephemeral: true, sequential: true });
    expect(path).toMatch(/member-\d{10}$/);
    expect((await other.exists(path))?.ephemeralOwner).toBe(one.id);
    await one.close();
    await waitFor('the end of the ephemeral', async () => (await other.exists(path)) === undefined);
    expect(one.lost.aborted).toBe(false);
  });

  test('a refusal by the server says what was asked, where and why', async () => {
    const one = await session();
    await expect(one.create(`${root}/no/such`, Buffer.alloc(0))).rejects.toThrow(
      /create .*NONODE.*\/no\/such/,
    );
  });

  test('a connect string with a chroot puts every path below it', async () => {
    const inside = await session(`${connect}${root}`);
    await inside.create('/below', Buffer.alloc(0));
    expect(await (await session()).exists(`${root}/below`)).toBeDefined();
    await inside.delete('/below');
  });

  test('a watch fires once when its znode is deleted, and not for a reconnect', async () => {
    const between = await proxy();
    const [watcher, other] = [await session(between.connect), await session()];
    await other.create(`${root}/watched`, Buffer.from('x'));
    const watched = await watcher.watch(`${root}/watched`);
    let fired = false;
    void watched?.fired.then(() => (fired = true));
    between.cut();
    expect(await watcher.exists(`${root}/watched`)).toBeDefined();
    expect(fired).toBe(false);
    await other.delete(`${root}/watched`);
    await watched?.fired;
  });

  test('what changed while the connection was away fires the watch afterwards, and the reconnect is told', async () => {
    const between = await proxy();
    const [watcher, other] = [await session(between.connect), await session()];
    await other.create(`${root}/watched-far`, Buffer.from('x'));
    let reconnects = 0;
    watcher.onReconnect(() => (reconnects += 1));
    const watched = await watcher.watch(`${root}/watched-far`);
    between.refuse();
    await other.setData(`${root}/watched-far`, Buffer.from('y'), 0);
    between.accept();
    await watched?.fired;
    await waitFor('the reconnect to be told', () => reconnects === 1);
    expect((await watcher.getData(`${root}/watched-far`))?.data.toString()).toBe('y');
    await other.delete(`${root}/watched-far`);
  });

  test('data are only set over the version that was named', async () => {
    const one = await session();
    await one.create(`${root}/versioned`, Buffer.from('x'));
    expect(await one.setData(`${root}/versioned`, Buffer.from('y'), 0)).toMatchObject({ version: 1 });
    await expect(one.setData(`${root}/versioned`, Buffer.from('z'), 0)).rejects.toMatchObject({
      code: 'conflict',
    });
    await one.delete(`${root}/versioned`);
    expect(await one.setData(`${root}/versioned`, Buffer.from('z'), 1)).toBeUndefined();
  });

  test('F9: a read whose reply was lost is repeated on the same session after the reconnect', async () => {
    const between = await proxy();
    const one = await session(between.connect);
    const id = one.id;
    const cut = between.cutAfterRequest((opcode) => opcode === opcodes.getChildren);
    expect(await one.getChildren(root)).toBeDefined();
    await cut;
    expect(between.accepted()).toBe(2);
    expect(one.id).toBe(id);
    expect(one.lost.aborted).toBe(false);
  });

  test('a create whose reply was lost fails as a lost connection, because nobody knows whether it happened', async () => {
    const between = await proxy();
    const one = await session(between.connect);
    const cut = between.cutAfterRequest((opcode) => opcode === opcodes.create || opcode === opcodes.create2);
    await expect(one.create(`${root}/perhaps`, Buffer.alloc(0))).rejects.toMatchObject({
      code: 'zookeeper-connection-lost',
    });
    await cut;
    expect(await one.exists(`${root}/perhaps`)).toBeDefined();
    await one.delete(`${root}/perhaps`);
  });

  test('F3: a session that the ensemble has forgotten is lost, and everything pending fails with the reason', async () => {
    const between = await proxy();
    const [one, other] = [await session(between.connect, 1_000), await session()];
    const path = await one.create(`${root}/gone`, Buffer.alloc(0), { ephemeral: true });
    const watched = await one.watch(path);
    between.refuse();
    const pending = one.getData(path).catch((error: unknown) => error);
    await waitFor('the expiry', async () => (await other.exists(path)) === undefined);
    between.accept();
    const error = await reason(one.lost);
    expect(isEnclosureError(error, 'zookeeper-session-expired')).toBe(true);
    expect(await pending).toBe(error);
    await watched?.fired;
    await expect(one.exists(path)).rejects.toBe(error);
  });

  test('a session that reaches no server for its whole timeout is lost without hearing of it', async () => {
    const between = await proxy();
    const one = await session(between.connect, 1_000);
    between.refuse();
    expect(String(await reason(one.lost))).toMatch(/no server was reached for 1000 ms/);
  });

  test('F8: a server that answers a reconnect with another session id makes the session lost', async () => {
    const between = await proxy();
    const one = await session(between.connect);
    between.onReply(({ handshake, frame }) => {
      if (!handshake) return frame;
      const rewritten = Buffer.from(frame);
      rewritten.writeBigInt64BE(0x1234n, 12); // length, protocol version, timeout, session id
      return rewritten;
    });
    between.cut();
    expect(isEnclosureError(await reason(one.lost), 'zookeeper-session-expired')).toBe(true);
    await expect(one.exists(root)).rejects.toMatchObject({ code: 'zookeeper-session-expired' });
  });

  test('credentials of an unknown scheme are refused as such', async () => {
    const opening = openSession({
      connect,
      auth: [{ scheme: 'nonsense', credentials: 'canary-secret' }],
      sessionTimeoutMs: 1_000,
    });
    const error = await opening.catch((thrown: unknown) => thrown);
    expect(isEnclosureError(error, 'zookeeper-auth-failed')).toBe(true);
    expect(String(error)).not.toContain('canary');
  });

  test('digest credentials give access to what they may see, also after a reconnect', async () => {
    const between = await proxy();
    const auth = [{ scheme: 'digest', credentials: 'alice:secret' }];
    const alice = await openSession({ connect: between.connect, auth, sessionTimeoutMs: 10_000 });
    open.push(alice);
    await alice.create(`${root}/private`, Buffer.from('x'));
    await alice.setAcl(`${root}/private`, [{ permissions: 31, scheme: 'auth', id: '' }]);
    between.cut();
    expect((await alice.getData(`${root}/private`))?.data.toString()).toBe('x');
    await expect((await session()).getData(`${root}/private`)).rejects.toMatchObject({
      code: 'zookeeper-denied',
    });
  });

  test('no server at all is said within the time limit', async () => {
    const opening = openSession({
      connect: `127.0.0.1:${await freePort()}`,
      auth: [],
      sessionTimeoutMs: 10_000,
      connectTimeoutMs: 300,
    });
    await expect(opening).rejects.toMatchObject({ code: 'zookeeper-unreachable' });
  });

  test('a name that does not resolve is said with the connect string', async () => {
    const opening = openSession({ connect: 'no-such-host.invalid:2181', auth: [], sessionTimeoutMs: 10_000 });
    await expect(opening).rejects.toThrow(/no-such-host\.invalid:2181/);
  });

  test('the opening can be aborted', async () => {
    const stop = new AbortController();
    const opening = openSession({
      connect: `127.0.0.1:${await freePort()}`,
      auth: [],
      sessionTimeoutMs: 10_000,
      signal: stop.signal,
    });
    stop.abort();
    await expect(opening).rejects.toMatchObject({ code: 'aborted' });
  });

  test('after close every call fails at once, and a second close does nothing', async () => {
    const one = await session();
    const pending = one.getChildren(root).catch((error: unknown) => error);
    await Promise.all([one.close(), one.close()]);
    expect(isEnclosureError(await pending, 'aborted')).toBe(true);
    await expect(one.getChildren(root)).rejects.toMatchObject({ code: 'aborted' });
    await one.close();
  });

  test('of two servers, one dead, the session comes back to the one that lives', async () => {
    const between = await proxy();
    const one = await session(`127.0.0.1:${await freePort()},${between.connect}`, 5_000);
    const id = one.id;
    for (const round of [1, 2, 3]) {
      between.cut();
      await one.sync(root);
      expect(between.accepted()).toBeGreaterThan(round);
    }
    expect(one.id).toBe(id);
  });

  test('a child process that outlives a session does not keep later ones from opening', async () => {
    const children = [];
    try {
      for (const round of [1, 2, 3]) {
        const one = await session();
        children.push(spawn('sleep', ['600'], { stdio: 'ignore' }));
        expect(await one.exists(root), `round ${round}`).toBeDefined();
        await one.close();
      }
      expect(await (await session()).exists(root)).toBeDefined();
    } finally {
      for (const child of children) child.kill('SIGKILL');
    }
  });

  test('a server that is killed and started again has the session still', async () => {
    const server = await startZooKeeper();
    try {
      const one = await session(server.connect, 30_000);
      const path = await one.create('/kept', Buffer.alloc(0), { ephemeral: true });
      await server.signal('SIGKILL');
      await server.restart();
      expect((await one.exists(path))?.ephemeralOwner).toBe(one.id);
      await one.close();
    } finally {
      await server.stop();
    }
  });

  test('nothing is written to stdout or stderr by native code', async () => {
    // Native code writes past process.stdout, so only another process can tell.
    const child = await runScript(
      'open-and-lose-a-session',
      `import { ${name} as openSession } from ${JSON.stringify(module)};
       const opening = openSession({ connect: '127.0.0.1:${await freePort()}', auth: [], sessionTimeoutMs: 2000, connectTimeoutMs: 500 });
       await opening.catch(() => undefined);
       const session = await openSession({ connect: '${connect}', auth: [], sessionTimeoutMs: 2000 });
       await session.close();`,
      import.meta.dirname,
    );
    expect(await child.exit()).toEqual({ code: 0, signal: null, stdout: '', stderr: '' });
  });
}
