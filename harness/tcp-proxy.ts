/**
 * A loopback TCP proxy in front of a ZooKeeper server, for the faults of a network: lost replies, silence, refused
 * connections, rewritten bytes, latency. It knows of the protocol only that frames have a length, that the first frame
 * of either direction is the handshake, and where xid and opcode stand. Whoever starts one stops it.
 *
 * @example a reply that is lost although the server carried the request out
 *   const proxy = await startProxy(server.port);
 *   const cut = proxy.cutAfterRequest((opcode) => opcode === opcodes.multi);
 *   await expect(channel.multi(operations)).rejects.toThrow();
 *   await cut;
 */
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** Opcodes as they stand on the wire; -100 is the proxy's own number for the handshake, which has none. */
export const opcodes = {
  handshake: -100,
  closeSession: -11,
  create: 1,
  delete: 2,
  exists: 3,
  getData: 4,
  setData: 5,
  getAcl: 6,
  getChildren: 8,
  sync: 9,
  ping: 11,
  getChildren2: 12,
  check: 13,
  multi: 14,
  create2: 15,
  multiRead: 22,
  auth: 100,
} as const;

/** Whether this request is the one. `frame` is the whole frame, its length field included. */
export type MatchRequest = (opcode: number, frame: Buffer) => boolean;

/** Gets every reply frame (length field included) and returns what the client gets; undefined swallows it. */
export type ReplyHook = (reply: {
  readonly handshake: boolean;
  readonly frame: Buffer;
}) => Buffer | undefined;

export interface TcpProxy {
  readonly port: number;
  /** `127.0.0.1:port`, for a connect string. */
  readonly connect: string;
  /** Connections that are open now. */
  connections(): number;
  /** Connections that were ever accepted: tells whether a client came back. */
  accepted(): number;
  /** Every reply waits this long; 0 to begin with. */
  delayMs: number;
  /**
   * Forwards the next matching request, waits until the server's reply is there, swallows it and closes that client's
   * connection; replies before it still arrive. Once only. Resolves after the cut.
   */
  cutAfterRequest(match: MatchRequest): Promise<void>;
  /** Closes the connection of the next matching request without forwarding it. Once only. Resolves after the cut. */
  cutBeforeRequest(match: MatchRequest): Promise<void>;
  /** Swallows all further replies while the connections stay open: a server that fell silent. */
  dropReplies(): void;
  /** Rewrites or swallows replies from now on; undefined ends that (and what `dropReplies` began). */
  onReply(hook: ReplyHook | undefined): void;
  /** Cuts every connection and hangs up on new ones until `accept`: a server that is gone. */
  refuse(): void;
  accept(): void;
  /** Cuts every connection; new ones are accepted. */
  cut(): void;
  stop(): Promise<void>;
}

interface Trap {
  readonly match: MatchRequest;
  readonly forward: boolean;
  readonly sprung: () => void;
}

export async function startProxy(targetPort: number, targetHost = '127.0.0.1'): Promise<TcpProxy> {
  const clients = new Set<Socket>();
  const traps = new Set<Trap>();
  let hook: ReplyHook | undefined;
  let refusing = false;
  let accepted = 0;

  const listener = createServer((client) => {
    client.on('error', () => client.destroy());
    if (refusing) {
      client.destroy();
      return;
    }
    accepted += 1;
    clients.add(client);
    const server = connect(targetPort, targetHost);
    server.setNoDelay(true);
    client.setNoDelay(true);
    const hangUp = (): void => {
      client.destroySoon(); // what was already passed on still arrives
      server.destroy();
    };
    server.on('error', hangUp).on('close', hangUp);
    client.on('close', () => {
      clients.delete(client);
      server.destroy();
    });

    let springing: { readonly xid: number; readonly trap: Trap } | undefined;
    const onRequest = (frame: Buffer, first: boolean): void => {
      const opcode = first ? opcodes.handshake : frame.readInt32BE(8);
      const trap = springing === undefined ? [...traps].find(({ match }) => match(opcode, frame)) : undefined;
      if (trap !== undefined) traps.delete(trap);
      if (trap?.forward === false) {
        hangUp();
        trap.sprung();
        return;
      }
      if (trap !== undefined) springing = { xid: first ? opcodes.handshake : frame.readInt32BE(4), trap };
      server.write(frame);
    };
    const waiting: Buffer[] = [];
    const onReply = (frame: Buffer, first: boolean): void => {
      if (springing?.xid === (first ? opcodes.handshake : frame.readInt32BE(4))) {
        hangUp();
        springing.trap.sprung();
        return;
      }
      const passed = hook === undefined ? frame : hook({ handshake: first, frame });
      if (passed === undefined || client.destroyed) return;
      if (proxy.delayMs === 0 && waiting.length === 0) {
        client.write(passed);
        return;
      }
      waiting.push(passed); // each timer writes the oldest frame, so that the order stays whatever the delays
      setTimeout(() => {
        const oldest = waiting.shift();
        if (oldest !== undefined && !client.destroyed) client.write(oldest);
      }, proxy.delayMs);
    };
    client.on('data', splitter(onRequest));
    server.on('data', splitter(onReply));
  });

  const cut = (): void => {
    for (const client of clients) client.destroy();
  };
  const trap = (match: MatchRequest, forward: boolean): Promise<void> =>
    new Promise((sprung) => traps.add({ match, forward, sprung }));

  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const { port } = listener.address() as AddressInfo;
  const proxy: TcpProxy = {
    port,
    connect: `127.0.0.1:${port}`,
    delayMs: 0,
    connections: () => clients.size,
    accepted: () => accepted,
    cutAfterRequest: (match) => trap(match, true),
    cutBeforeRequest: (match) => trap(match, false),
    dropReplies: () => (hook = () => undefined),
    onReply: (next) => (hook = next),
    refuse() {
      refusing = true;
      cut();
    },
    accept: () => (refusing = false),
    cut,
    async stop() {
      const closed = once(listener, 'close');
      listener.close();
      cut();
      await closed;
    },
  };
  return proxy;
}

/** Calls `onFrame` for every whole frame of a byte stream; `first` is true for the handshake. */
function splitter(onFrame: (frame: Buffer, first: boolean) => void): (chunk: Buffer) => void {
  let pending: Buffer[] = [];
  let length = 0;
  let first = true;
  return (chunk) => {
    pending.push(chunk);
    length += chunk.length;
    while (length >= 4) {
      if ((pending[0]?.length ?? 0) < 4) pending = [Buffer.concat(pending)];
      const size = 4 + (pending[0]?.readInt32BE(0) ?? 0);
      if (length < size) return;
      const all = pending.length === 1 ? (pending[0] ?? chunk) : Buffer.concat(pending);
      pending = [all.subarray(size)];
      length -= size;
      onFrame(all.subarray(0, size), first);
      first = false;
    }
  };
}
