import type { Reader } from './reader.ts';
import { fieldLength, Writer } from './writer.ts';

const sessionPasswordLength = 16;

const noSession: SessionKey = {
  id: 0n,
  password: new Uint8Array(sessionPasswordLength),
  lastZxid: 0n,
};

/** What a session is resumed with, at whatever server. */
export interface SessionKey {
  readonly id: bigint;
  readonly password: Uint8Array;
  /** The newest transaction that the client has seen: a server that is behind it refuses. */
  readonly lastZxid: bigint;
}

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
