/**
 * Transactions: one request of many operations, and its answer.
 *
 * The answer's header says 0 even when the transaction failed. The truth is inside, one result per operation: when
 * one fails, the ones before it carry the code 0, the ones after it RUNTIMEINCONSISTENCY, and all are marked as errors
 * (measured; `MultiResponse` in the server's source). So the failed operation is the first with another code.
 */
import { EnclosureError } from '../../../base/enclosure-error.ts';
import type { Operation, OperationResult } from '../../../model/ports/channel.ts';
import { type Chroot, pathLength, writePath } from './chroot.ts';
import { opcodes } from './opcodes.ts';
import { encodedAcl, readStat } from './read-stat.ts';
import type { Reader } from './reader.ts';
import { requestHeaderLength } from './reply-header.ts';
import { fieldLength, Writer } from './writer.ts';
import { codes } from './zookeeper-error.ts';

/** Opcode, whether this is the end, error code: it precedes every operation and every result. */
export const multiHeaderLength = 9;

/** The exact length of the transaction's frame, without its length field: what the server compares with its limit. */
export function multiLength(operations: readonly Operation[], chroot: Chroot): number {
  let length = requestHeaderLength + multiHeaderLength;
  for (const operation of operations) {
    length += multiHeaderLength + pathLength(chroot, operation.path);
    if (operation.op === 'create') {
      length += fieldLength(operation.data.length) + encodedAcl(operation.acl).length + 4;
    } else if (operation.op === 'setData') {
      length += fieldLength(operation.data.length) + 4;
    } else {
      length += 4;
    }
  }
  return length;
}

/** `length` is `multiLength` of the same operations. */
export function encodeMulti(operations: readonly Operation[], chroot: Chroot, length: number): Buffer {
  const writer = new Writer(length);
  writer.int(0);
  writer.int(opcodes.multi);
  for (const operation of operations) {
    writeMultiHeader(writer, opcodes[operation.op]);
    writePath(writer, chroot, operation.path);
    switch (operation.op) {
      case 'create':
        writer.bytes(operation.data);
        writer.raw(encodedAcl(operation.acl));
        writer.int(0); // flags: persistent, not sequential
        break;
      case 'setData':
        writer.bytes(operation.data);
        writer.int(operation.version);
        break;
      case 'delete':
      case 'check':
        writer.int(operation.version);
    }
  }
  writeMultiEnd(writer);
  return writer.finish();
}

/** What became of a transaction: its results, or the operation that made it fail. */
export type MultiOutcome =
  | { readonly results: OperationResult[] }
  | { readonly failed: { readonly index: number; readonly code: number } };

/** Reads the body of the answer to exactly these operations. Throws `protocol-violated` when it answers others. */
export function readMultiOutcome(reader: Reader, operations: readonly Operation[]): MultiOutcome {
  const results: OperationResult[] = [];
  let errors = 0;
  let failed: { index: number; code: number } | undefined;
  for (const [index, operation] of operations.entries()) {
    const type = readMultiHeader(reader);
    if (type === opcodes.error) {
      errors += 1;
      const code = reader.int();
      if (failed === undefined && code !== codes.ok && code !== codes.runtimeInconsistency) {
        failed = { index, code };
      }
    } else if (type === opcodes[operation.op]) {
      results.push(readResult(reader, operation));
    } else {
      throw unexpected(`a result of ${operation.op}`, type);
    }
  }
  const end = readMultiHeader(reader);
  if (end !== undefined) throw unexpected('the end of the results', end);
  if (failed !== undefined) return { failed };
  if (errors > 0) throw unexpected('the code of the operation that failed', opcodes.error);
  return { results };
}

function readResult(reader: Reader, operation: Operation): OperationResult {
  switch (operation.op) {
    case 'create':
      reader.skipString(); // the path that we sent: nothing here creates sequential znodes
      return { op: 'create', path: operation.path };
    case 'setData':
      return { op: 'setData', stat: readStat(reader) };
    case 'delete':
      return deleted;
    case 'check':
      return checked;
  }
}

const deleted: OperationResult = Object.freeze({ op: 'delete' });
const checked: OperationResult = Object.freeze({ op: 'check' });

export function writeMultiHeader(writer: Writer, opcode: number): void {
  writer.int(opcode);
  writer.bool(false);
  writer.int(-1);
}

export function writeMultiEnd(writer: Writer): void {
  writer.int(-1);
  writer.bool(true);
  writer.int(-1);
}

/** The opcode of the result that follows; undefined at the end. */
export function readMultiHeader(reader: Reader): number | undefined {
  const type = reader.int();
  const done = reader.bool();
  reader.skip(4); // the error code, which an error's body repeats
  return done ? undefined : type;
}

export function unexpected(expected: string, type: number | undefined): EnclosureError {
  return new EnclosureError('protocol-violated', "the server's reply does not answer the request", {
    expected,
    found: type === undefined ? 'the end of the results' : `a result of type ${type}`,
  });
}
