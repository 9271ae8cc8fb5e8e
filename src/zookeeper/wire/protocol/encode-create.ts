/** The requests of a session that has znodes of its own and watches (`ZooDefs`, `proto` in the server's source). */
import type { Acl } from '../../../model/environment.ts';
import { type Chroot, pathLength, writePath } from './chroot.ts';
import { opcodes } from './opcodes.ts';
import { encodedAcl } from './read-stat.ts';
import type { Reader } from './reader.ts';
import { requestHeaderLength } from './reply-header.ts';
import { fieldLength, Writer } from './writer.ts';

/** `CreateMode`: 1 ephemeral, 2 sequential, 3 both. */
export function encodeCreate(
  chroot: Chroot,
  path: string,
  data: Uint8Array,
  acl: readonly Acl[],
  mode: number,
): Buffer {
  const list = encodedAcl(acl);
  const writer = begin(opcodes.create, chroot, path, fieldLength(data.length) + list.length + 4);
  writer.bytes(data);
  writer.raw(list);
  writer.int(mode);
  return writer.finish();
}

export function encodeSetData(chroot: Chroot, path: string, data: Uint8Array, version: number): Buffer {
  const writer = begin(opcodes.setData, chroot, path, fieldLength(data.length) + 4);
  writer.bytes(data);
  writer.int(version);
  return writer.finish();
}

export function encodeDelete(chroot: Chroot, path: string, version: number): Buffer {
  const writer = begin(opcodes.delete, chroot, path, 4);
  writer.int(version);
  return writer.finish();
}

export function encodeSetAcl(chroot: Chroot, path: string, acl: readonly Acl[], version: number): Buffer {
  const list = encodedAcl(acl);
  const writer = begin(opcodes.setAcl, chroot, path, list.length + 4);
  writer.raw(list);
  writer.int(version);
  return writer.finish();
}

/**
 * Sets watches on data again after a reconnect: the server tells at once of what changed since `lastZxid`.
 */
export function encodeSetWatches(chroot: Chroot, lastZxid: bigint, paths: readonly string[]): Buffer {
  const lengths = paths.reduce((sum, path) => sum + pathLength(chroot, path), 0);
  const writer = new Writer(requestHeaderLength + 8 + 4 + lengths + 4 + 4);
  writer.int(0);
  writer.int(opcodes.setWatches);
  writer.long(lastZxid);
  writer.int(paths.length);
  for (const path of paths) writePath(writer, chroot, path);
  writer.int(0); // on existence
  writer.int(0); // on children
  return writer.finish();
}

/** The path of a created znode, without the chroot. */
export function readCreated(reader: Reader, chroot: Chroot): string {
  return reader.string().slice(Buffer.from(chroot).toString().length);
}

function begin(opcode: number, chroot: Chroot, path: string, rest: number): Writer {
  const writer = new Writer(requestHeaderLength + pathLength(chroot, path) + rest);
  writer.int(0);
  writer.int(opcode);
  writePath(writer, chroot, path);
  return writer;
}
