/** What only the session on our own connections can be caught at: its moments between two connections. */
import { randomUUID } from 'node:crypto';
import { expect, inject, onTestFinished, test } from 'vitest';
import type { Session } from '../../../../src/model/ports/session.ts';
import { openWireSession } from '../../../../src/zookeeper/session/open-wire-session.ts';
import { opcodes, startProxy } from '../../../../harness/tcp-proxy.ts';
import { waitFor } from '../../../../harness/wait-for.ts';

const server = inject('zookeeper');

/** Its timeout is longer than any wait of a test: nothing ends here by expiring. */
async function open(connect = server): Promise<Session> {
  const session = await openWireSession({ connect, auth: [], sessionTimeoutMs: 40_000 });
  onTestFinished(() => session.close());
  return session;
}

async function proxy() {
  const between = await startProxy(Number(server.split(':')[1]));
  onTestFinished(() => between.stop());
  return between;
}

test('closed while it sets its watches again, a session leaves neither connection nor ephemeral behind', async () => {
  const between = await proxy();
  const [session, other] = [await open(between.connect), await open()];
  const path = await session.create(`/life-${randomUUID()}`, Buffer.alloc(0), { ephemeral: true });
  const watched = await session.watch(path);
  let swallowed = 0;
  between.onReply(({ handshake, frame }) => {
    if (handshake) return frame;
    swallowed += 1;
    return undefined;
  });
  between.cut();
  await waitFor('the watches to be set again', () => swallowed > 0);
  between.onReply(undefined);
  await session.close();
  await watched?.fired;
  await other.sync(path);
  expect(await other.exists(path)).toBeUndefined();
  await waitFor('the end of the connection', () => between.connections() === 0);
});

test('a server that says the session has moved is left for another connection, and the request is repeated there', async () => {
  const between = await proxy();
  const session = await open(between.connect);
  const { id } = session;
  let moved = false;
  const isRead = between.cutAfterRequest((opcode, frame) => {
    if (opcode === opcodes.exists && !moved) {
      const xid = frame.readInt32BE(4);
      between.onReply(({ handshake, frame: reply }) => {
        if (handshake || reply.readInt32BE(4) !== xid || moved) return reply;
        moved = true;
        const said = Buffer.from(reply.subarray(0, 20));
        said.writeInt32BE(16, 0);
        said.writeInt32BE(-118, 16); // SESSIONMOVED
        return said;
      });
    }
    return false;
  });
  expect(await session.exists('/')).toBeDefined();
  expect(moved).toBe(true);
  expect(between.accepted()).toBe(2);
  expect(session.id).toBe(id);
  void isRead;
});
