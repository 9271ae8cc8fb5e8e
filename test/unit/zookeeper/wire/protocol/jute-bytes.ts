/** Builds expected bytes without the code under test: each field from Node's own primitives, joined. */
export function int(value: number): Buffer {
  const view = new DataView(new ArrayBuffer(4));
  view.setInt32(0, value);
  return Buffer.from(view.buffer);
}

export function long(value: bigint): Buffer {
  const view = new DataView(new ArrayBuffer(8));
  view.setBigInt64(0, value);
  return Buffer.from(view.buffer);
}

export function bool(value: boolean): Buffer {
  return Buffer.from([value ? 1 : 0]);
}

export function text(value: string): Buffer {
  return buffer(Buffer.from(value, 'utf8'));
}

export function buffer(value: Uint8Array): Buffer {
  return Buffer.concat([int(value.length), value]);
}

export function multiHeader(type: number, done = false, error = -1): Buffer {
  return Buffer.concat([int(type), bool(done), int(error)]);
}

export const multiEnd = multiHeader(-1, true, -1);

export function frame(...parts: readonly Uint8Array[]): Buffer {
  return buffer(Buffer.concat(parts));
}

/** The eleven fields of a stat in their order on the wire. */
export function stat(
  fields: {
    readonly czxid?: bigint;
    readonly mzxid?: bigint;
    readonly ctime?: bigint;
    readonly mtime?: bigint;
    readonly version?: number;
    readonly cversion?: number;
    readonly ephemeralOwner?: bigint;
    readonly dataLength?: number;
    readonly children?: number;
  } = {},
): Buffer {
  return Buffer.concat([
    long(fields.czxid ?? 1n),
    long(fields.mzxid ?? 2n),
    long(fields.ctime ?? 3n),
    long(fields.mtime ?? 4n),
    int(fields.version ?? 5),
    int(fields.cversion ?? 6),
    int(7), // aversion
    long(fields.ephemeralOwner ?? 0n),
    int(fields.dataLength ?? 8),
    int(fields.children ?? 9),
    long(10n), // pzxid
  ]);
}
