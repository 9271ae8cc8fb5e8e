import { requestHeaderLength } from './reply-header.ts';
import { fieldLength, textLength, Writer } from './writer.ts';

/** A path as it goes over the wire: the chroot's bytes stand before every path. */
export type Chroot = Uint8Array;

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

/** Below a chroot the root is the chroot itself, without a slash at its end. */
export function pathLength(chroot: Chroot, path: string): number {
  return fieldLength(chroot.length > 0 && path === '/' ? chroot.length : chroot.length + textLength(path));
}

export function writePath(writer: Writer, chroot: Chroot, path: string): void {
  writer.prefixed(chroot, chroot.length > 0 && path === '/' ? '' : path);
}
