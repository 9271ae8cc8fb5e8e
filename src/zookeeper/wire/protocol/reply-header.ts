/**
 * The headers of the wire protocol, and the requests that are hardly more than one: authentication and the bare ones.
 * Values in, frames out; no socket.
 */
import { opcodes, xids } from './opcodes.ts';
import type { Reader } from './reader.ts';
import { fieldLength, textLength, Writer } from './writer.ts';

/** xid and opcode. The xid of a request is set when it is sent; until then it is 0. */
export const requestHeaderLength = 8;

export function encodeAuth(scheme: string, credentials: string): Buffer {
  const writer = new Writer(
    requestHeaderLength + 4 + fieldLength(textLength(scheme)) + fieldLength(textLength(credentials)),
  );
  writer.int(xids.auth);
  writer.int(opcodes.auth);
  writer.int(0); // type, unused
  writer.string(scheme);
  writer.string(credentials); // a buffer on the wire: the same bytes
  return writer.finish();
}

/** A request that is its header alone. */
export function encodeBare(opcode: number, xid = 0): Buffer {
  const writer = new Writer(requestHeaderLength);
  writer.int(xid);
  writer.int(opcode);
  return writer.finish();
}

export interface ReplyHeader {
  readonly xid: number;
  /** The newest transaction that the server has applied; not positive where it does not say. */
  readonly zxid: bigint;
  readonly error: number;
}

export function readReplyHeader(reader: Reader): ReplyHeader {
  return { xid: reader.int(), zxid: reader.long(), error: reader.int() };
}
