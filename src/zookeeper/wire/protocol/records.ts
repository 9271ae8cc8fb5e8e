/**
 * The records of the wire protocol apart from transactions (multi.ts): handshake, authentication, plain requests, and
 * the structures that replies are made of. Values in, frames out; frames in, values out; no socket.
 */
import type { Acl } from '../../../model/environment.ts';
import type { Stat } from '../../../model/channel.ts';
import { opcodes, xids } from './opcodes.ts';
import type { Reader } from './reader.ts';
import { Writer, fieldLength, textLength } from './writer.ts';

/** A path as it goes over the wire: the chroot's bytes stand before every path. */
export type Chroot = Uint8Array;

/** xid and opcode. The xid of a request is set when it is sent; until then it is 0. */
export const requestHeaderLength = 8;

const sessionPasswordLength = 16;

/** What a session is resumed with, at whatever server. */
export interface SessionKey {
  readonly id: bigint;
  readonly password: Uint8Array;
  /** The newest transaction that the client has seen: a server that is behind it refuses. */
  readonly lastZxid: bigint;
}

const noSession: SessionKey = { id: 0n, password: new Uint8Array(sessionPasswordLength), lastZxid: 0n };

/** Asks for a new session, or for one that there is; never for a read-only server. */
export function encodeConnectRequest(sessionTimeoutMs: number, key = noSession): Buffer {
  const writer = new Writer(4 + 8 + 4 + 8 + fieldLength(sessionPasswordLength) + 1);
  writer.int(0); // protocol version
  writer.long(key.lastZxid);
  writer.int(sessionTimeoutMs);
  writer.long(key.id);
  writer.bytes(key.password);
  writer.bool(false);
  return writer.finish();
}

export interface ConnectResponse {
  /** What the server grants; it has bounds of its own. 0 or less: no session. */
  readonly sessionTimeoutMs: number;
  readonly sessionId: bigint;
  readonly password: Uint8Array;
}

export function readConnectResponse(reader: Reader): ConnectResponse {
  reader.int(); // protocol version
  const sessionTimeoutMs = reader.int();
  const sessionId = reader.long();
  const password = Uint8Array.from(reader.bytes());
  // A `readOnly` flag may follow, depending on the server's version.
  return { sessionTimeoutMs, sessionId, password };
}

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

/** getAcl and sync: a path. */
export function encodePathRequest(opcode: number, chroot: Chroot, path: string): Buffer {
  const writer = new Writer(requestHeaderLength + pathLength(chroot, path));
  writer.int(0);
  writer.int(opcode);
  writePath(writer, chroot, path);
  return writer.finish();
}

/** getData, getChildren and exists: a path, and whether to set a watch that fires once. */
export function encodeReadRequest(opcode: number, chroot: Chroot, path: string, watch = false): Buffer {
  const writer = new Writer(requestHeaderLength + pathLength(chroot, path) + 1);
  writer.int(0);
  writer.int(opcode);
  writePath(writer, chroot, path);
  writer.bool(watch);
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

/** Below a chroot the root is the chroot itself, without a slash at its end. */
export function pathLength(chroot: Chroot, path: string): number {
  return fieldLength(chroot.length > 0 && path === '/' ? chroot.length : chroot.length + textLength(path));
}

export function writePath(writer: Writer, chroot: Chroot, path: string): void {
  writer.prefixed(chroot, chroot.length > 0 && path === '/' ? '' : path);
}

export function readStat(reader: Reader): Stat {
  const czxid = reader.long();
  const mzxid = reader.long();
  const ctime = reader.safeLong();
  const mtime = reader.safeLong();
  const version = reader.int();
  const cversion = reader.int();
  reader.skip(4); // aversion
  const ephemeralOwner = reader.long();
  const dataLength = reader.int();
  const children = reader.int();
  reader.skip(8); // pzxid
  return { czxid, mzxid, ctime, mtime, version, cversion, ephemeralOwner, dataLength, children };
}

export function readNames(reader: Reader): string[] {
  const count = reader.count(4);
  const names: string[] = [];
  for (let index = 0; index < count; index += 1) names.push(reader.string());
  return names;
}

export function readAclList(reader: Reader): Acl[] {
  const count = reader.count(12);
  const list: Acl[] = [];
  for (let index = 0; index < count; index += 1) {
    list.push({ permissions: reader.int(), scheme: reader.string(), id: reader.string() });
  }
  return list;
}

/**
 * The encoded list, its count included. A deployment creates thousands of znodes with the very same list, so it is
 * encoded once per list: who changes a list in place (its type forbids it) gets the old one.
 */
export function encodedAcl(acl: readonly Acl[]): Uint8Array {
  let bytes = encodedLists.get(acl);
  if (bytes === undefined) {
    const length = acl.reduce(
      (sum, { scheme, id }) => sum + 4 + fieldLength(textLength(scheme)) + fieldLength(textLength(id)),
      4,
    );
    const writer = new Writer(length);
    writer.int(acl.length);
    for (const { permissions, scheme, id } of acl) {
      writer.int(permissions);
      writer.string(scheme);
      writer.string(id);
    }
    bytes = writer.finish().subarray(4);
    encodedLists.set(acl, bytes);
  }
  return bytes;
}

const encodedLists = new WeakMap<readonly Acl[], Uint8Array>();
