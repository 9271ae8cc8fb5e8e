/**
 * The watch on a tree (ZooKeeper 3.6 and later) and what it tells: `AddWatchMode.PERSISTENT_RECURSIVE`, `WatcherEvent` and
 * `Watcher.Event.EventType` in the server's source. It stays until the session ends, and tells of every znode by its own
 * path; of changed listings it does not speak, for whoever hears of each child needs none.
 */
import { type Chroot, pathLength, writePath } from './chroot.ts';
import { opcodes } from './opcodes.ts';
import type { Reader } from './reader.ts';
import { requestHeaderLength } from './reply-header.ts';
import { Writer } from './writer.ts';

const persistentRecursive = 1;

export function encodeAddWatch(chroot: Chroot, path: string): Buffer {
  const writer = new Writer(requestHeaderLength + pathLength(chroot, path) + 4);
  writer.int(0);
  writer.int(opcodes.addWatch);
  writePath(writer, chroot, path);
  writer.int(persistentRecursive);
  return writer.finish();
}

/** Created, deleted, data changed. The others are about the connection, or about a watch that was taken away. */
const changes: ReadonlySet<number> = new Set([1, 2, 3]);

/** The path of a znode that was created, changed or deleted, the chroot included; undefined of any other notification. */
export function readChangedPath(reader: Reader): string | undefined {
  const type = reader.int();
  reader.int(); // the connection's state
  const path = reader.string();
  return changes.has(type) ? path : undefined;
}
