import type { Stat } from '../../../model/ports/channel.ts';
import type { Acl } from '../../../model/environment.ts';
import type { Reader } from './reader.ts';
import { fieldLength, textLength, Writer } from './writer.ts';

const encodedLists = new WeakMap<readonly Acl[], Uint8Array>();

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
