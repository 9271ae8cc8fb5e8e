/**
 * What the server can do: how many znodes a second it creates in transactions and reads in multiReads when the client costs
 * next to nothing. The znodes are those of the workload, the packets are built before the clock starts, nothing is fenced.
 */
import type { Operation } from '../../src/model/ports/channel.ts';
import { encodeMulti, multiLength } from '../../src/zookeeper/wire/protocol/encode-multi.ts';
import { encodeMultiRead } from '../../src/zookeeper/wire/protocol/encode-multi-read.ts';
import { opcodes } from '../../src/zookeeper/wire/protocol/opcodes.ts';
import { openRawConnection, type Packet } from './raw-connection.ts';

export interface CeilingOptions {
  /** Of 200 bytes; for every 20 there is a directory more. */
  readonly files: number;
  /** Must not exist, its parent must. It is left there, with all that was created, for the caller to look at and delete. */
  readonly root: string;
}

export interface Ceiling {
  readonly createsPerSecond: number;
  readonly readsPerSecond: number;
  /** Files and directories; the root is not counted. */
  readonly znodes: number;
  readonly root: string;
}

const inFlight = 4;
const operationsPerTransaction = 500;
const readsPerRequest = 200;

const noChroot = new Uint8Array(0);
const openAcl = [{ permissions: 31, scheme: 'world', id: 'anyone' }];
const replyHeaderLength = 16;
const resultHeaderLength = 9;
const statLength = 68;

type Create = Extract<Operation, { readonly op: 'create' }>;

/** `connect`: host:port of one server. */
export async function measureCeiling(connect: string, options: CeilingOptions): Promise<Ceiling> {
  const { files, root } = options;
  const znodes = [...workload(files, root)];
  const creates = [...chunks(znodes, operationsPerTransaction)].map(createPacket);
  const reads = [...chunks(znodes, readsPerRequest)].map(readPacket);
  const connection = await openRawConnection(connect);
  try {
    await connection.exchange([createPacket([create(root)])], 1);
    const writing = await connection.exchange(creates, inFlight);
    const reading = await connection.exchange(reads, inFlight);
    return {
      createsPerSecond: znodes.length / writing,
      readsPerSecond: znodes.length / reading,
      znodes: znodes.length,
      root,
    };
  } finally {
    await connection.close();
  }
}

/** Paths as long as those that `makeRepository` makes, parents before their children. */
function* workload(files: number, root: string): Generator<Create> {
  for (let index = 0; index < files; index += 1) {
    const directory = `${root}/d${String(Math.floor(index / 20)).padStart(5, '0')}`;
    if (index % 20 === 0) yield create(directory);
    const content = `${index} `.padEnd(200, String(index * 7919));
    yield create(`${directory}/f${index % 20}.txt`, Buffer.from(content));
  }
}

function create(path: string, data: Uint8Array = new Uint8Array(0)): Create {
  return { op: 'create', path, data, acl: openAcl };
}

function createPacket(operations: readonly Create[]): Packet {
  return {
    frame: encodeMulti(operations, noChroot, multiLength(operations, noChroot)),
    firstResult: opcodes.create,
    replyLength: replyLength(operations, ({ path }) => 4 + Buffer.byteLength(path)),
  };
}

function readPacket(znodes: readonly Create[]): Packet {
  const reads = znodes.map(({ path }) => ({ op: 'getData' as const, path }));
  return {
    frame: encodeMultiRead(reads, noChroot),
    firstResult: opcodes.getData,
    replyLength: replyLength(znodes, ({ data }) => 4 + data.length + statLength),
  };
}

/** A header before every result and one at the end. */
function replyLength<T>(asked: readonly T[], resultLength: (one: T) => number): number {
  const results = asked.reduce((sum, one) => sum + resultHeaderLength + resultLength(one), 0);
  return replyHeaderLength + results + resultHeaderLength;
}

function* chunks<T>(all: readonly T[], size: number): Generator<readonly T[]> {
  for (let at = 0; at < all.length; at += size) yield all.slice(at, at + size);
}
