/**
 * A session on a bare socket that does as little as can be done: it writes packets that were built before, and of the replies
 * it reads nothing but their length, the error code and the kind of the first result. Any surprise fails the whole exchange.
 */
import { once } from 'node:events';
import { connect as openSocket, type Socket } from 'node:net';
import { encodeConnectRequest } from '../../src/zookeeper/wire/protocol/connect-response.ts';
import { opcodes } from '../../src/zookeeper/wire/protocol/opcodes.ts';
import { encodeBare } from '../../src/zookeeper/wire/protocol/reply-header.ts';

export interface Packet {
  /** A whole frame, its length field included. */
  readonly frame: Buffer;
  /** Of the reply, without its length field: a result that is missing or failed makes it shorter. */
  readonly replyLength: number;
  /** The kind of the first result; a transaction that failed has an error there. */
  readonly firstResult: number;
}

export interface RawConnection {
  /** Sends all, at most `inFlight` at a time. The seconds from the first write to the last reply. */
  exchange(packets: readonly Packet[], inFlight: number): Promise<number>;
  /** Ends the session. */
  close(): Promise<void>;
}

/** Length, xid, zxid, error code; then the kind of the first result. */
const offsets = { xid: 4, error: 16, firstResult: 20, end: 24 } as const;
/** In the answer to the handshake, behind the length and the version. */
const grantedTimeout = 8;

/** `connect`: host:port of one server. */
export async function openRawConnection(connect: string): Promise<RawConnection> {
  const [host = '', port = ''] = connect.split(':');
  const replies = new ReplyCutter();
  // One buffer for all reads: none is kept.
  const buffer = Buffer.allocUnsafeSlow(1024 * 1024);
  const callback = (length: number): boolean => {
    replies.push(buffer, length);
    return true;
  };
  const socket = openSocket({ host, port: Number(port), noDelay: true, onread: { buffer, callback } });
  const failed = new Promise<never>((_, reject) => {
    socket.once('error', reject);
    socket.once('close', () => reject(new Error(`${connect} closed the connection`)));
  });
  failed.catch(() => undefined);
  const answered = new Promise<void>((resolve, reject) => {
    replies.onReply = (head) => {
      if (head.readInt32BE(grantedTimeout) > 0) resolve();
      else reject(new Error(`expected a session at ${connect}; found a refusal`));
    };
  });
  socket.write(encodeConnectRequest(30_000));
  await Promise.race([answered, failed]);
  return {
    exchange: (packets, inFlight) => Promise.race([exchange(socket, replies, packets, inFlight), failed]),
    async close() {
      const closed = once(socket, 'close');
      socket.end(encodeBare(opcodes.closeSession));
      await closed;
    },
  };
}

function exchange(
  socket: Socket,
  replies: ReplyCutter,
  packets: readonly Packet[],
  inFlight: number,
): Promise<number> {
  for (const [index, { frame }] of packets.entries()) frame.writeInt32BE(index + 1, offsets.xid);
  let [sent, received] = [0, 0];
  const send = (): void => {
    const packet = packets[sent];
    sent += 1;
    if (packet !== undefined) socket.write(packet.frame);
  };
  return new Promise((resolve, reject) => {
    const start = performance.now();
    replies.onReply = (head) => {
      send();
      const problem = problemOf(head, packets[received], received + 1);
      received += 1;
      if (problem !== undefined) reject(new Error(`reply ${received} of ${packets.length}: ${problem}`));
      else if (received === packets.length) resolve((performance.now() - start) / 1000);
    };
    for (let count = 0; count < inFlight; count += 1) send();
  });
}

function problemOf(head: Buffer, packet: Packet | undefined, expectedXid: number): string | undefined {
  const [length, xid] = [head.readInt32BE(0), head.readInt32BE(offsets.xid)];
  const [error, first] = [head.readInt32BE(offsets.error), head.readInt32BE(offsets.firstResult)];
  if (packet === undefined || xid !== expectedXid) return `expected the xid ${expectedXid}; found ${xid}`;
  if (error !== 0) return `expected success; found the error ${error}`;
  if (first !== packet.firstResult) return `expected a result of kind ${packet.firstResult}; found ${first}`;
  if (length === packet.replyLength) return undefined;
  return `expected ${packet.replyLength} bytes; found ${length}`;
}

/** Cuts the stream into replies by their length and keeps the first bytes of each, whatever the chunks. */
class ReplyCutter {
  onReply: (head: Buffer) => void = () => undefined;
  readonly #head = Buffer.alloc(offsets.end);
  #filled = 0;

  push(chunk: Buffer, length: number): void {
    for (let offset = 0; offset < length;) {
      if (this.#filled < offsets.end) {
        const copied = chunk.copy(this.#head, this.#filled, offset, length);
        this.#filled += copied;
        offset += copied;
        if (this.#filled < offsets.end) return;
      }
      const rest = 4 + this.#head.readInt32BE(0) - this.#filled;
      const skipped = Math.min(rest, length - offset);
      this.#filled += skipped;
      offset += skipped;
      if (skipped < rest) return;
      this.#filled = 0;
      this.onReply(this.#head);
    }
  }
}
