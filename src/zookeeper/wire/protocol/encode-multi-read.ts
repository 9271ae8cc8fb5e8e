/** Many reads in one request (ZooKeeper 3.6 and later). Unlike a transaction's, its operations fail one by one. */
import type { Read, ReadResult } from '../../../model/ports/channel.ts';
import { type Chroot, pathLength, writePath } from './chroot.ts';
import {
  multiHeaderLength,
  readMultiHeader,
  unexpected,
  writeMultiEnd,
  writeMultiHeader,
} from './encode-multi.ts';
import { opcodes } from './opcodes.ts';
import { readNames, readStat } from './read-stat.ts';
import type { Reader } from './reader.ts';
import { requestHeaderLength } from './reply-header.ts';
import { Writer } from './writer.ts';
import { codes, zookeeperError } from './zookeeper-error.ts';

export function encodeMultiRead(reads: readonly Read[], chroot: Chroot): Buffer {
  let length = requestHeaderLength + multiHeaderLength;
  for (const { path } of reads) length += multiHeaderLength + pathLength(chroot, path) + 1;
  const writer = new Writer(length);
  writer.int(0);
  writer.int(opcodes.multiRead);
  for (const { op, path } of reads) {
    writeMultiHeader(writer, opcodes[op]);
    writePath(writer, chroot, path);
    writer.bool(false); // no watch
  }
  writeMultiEnd(writer);
  return writer.finish();
}

/** Reads the body of the answer to exactly these reads. A read that failed with anything but NONODE throws. */
export function readMultiReadResults(reader: Reader, reads: readonly Read[]): ReadResult[] {
  const results: ReadResult[] = [];
  for (const read of reads) {
    const type = readMultiHeader(reader);
    if (type === opcodes.error) {
      const code = reader.int();
      if (code !== codes.noNode) throw zookeeperError(code, { operation: read.op, path: read.path });
      results.push(missing);
    } else if (type === opcodes[read.op]) {
      results.push(readReadResult(reader, read));
    } else {
      throw unexpected(`a result of ${read.op}`, type);
    }
  }
  const end = readMultiHeader(reader);
  if (end !== undefined) throw unexpected('the end of the results', end);
  return results;
}

/** The body of a read's answer, which is the same alone and within a multiRead. */
export function readReadResult(reader: Reader, { op }: Read): ReadResult {
  if (op === 'getChildren') return { op, children: readNames(reader) };
  return { op, data: reader.bytes(), stat: readStat(reader) };
}

export const missing: ReadResult = Object.freeze({ op: 'missing' });
