/** The data plane's errors that carry more than a message. */
import { EnclosureError, type ErrorCode } from '../../base/enclosure-error.ts';
import type { Operation } from '../../model/ports/channel.ts';
import { escapeName } from '../../model/znode-path.ts';
import {
  codeMeaning,
  codeName,
  codes,
  errorCodeOf,
  neededPermission,
  nextStepFor,
  zookeeperError,
} from './protocol/zookeeper-error.ts';

/** A transaction that the server refused: it is certain that none of its operations was applied. */
export class TransactionFailed extends EnclosureError {
  /** The operation that failed, as an index into the transaction's operations. */
  readonly index: number;
  readonly operation: Operation;
  /** ZooKeeper's code for it: -103. */
  readonly zookeeperCode: number;
  /** Its name: `BADVERSION`. */
  readonly codeName: string;

  constructor(index: number, operation: Operation, zookeeperCode: number) {
    const expected =
      zookeeperCode === codes.noAuth ? neededPermission(operation.op, operation.path) : undefined;
    const next = nextStepFor(zookeeperCode);
    super(
      'transaction-failed',
      `the server refused a transaction at its operation ${index}, ${operation.op}: ` +
        `${codeMeaning(zookeeperCode)} (${codeName(zookeeperCode)})`,
      {
        where: escapeName(operation.path),
        ...(expected !== undefined && { expected }),
        ...(next !== undefined && { next }),
      },
    );
    this.index = index;
    this.operation = operation;
    this.zookeeperCode = zookeeperCode;
    this.codeName = codeName(zookeeperCode);
  }

  /** A version that moved on is worth another look; a missing permission or a full quota is not (F31). */
  override get retryable(): boolean {
    return zookeeperError(this.zookeeperCode, { operation: this.operation.op }).retryable;
  }
}

export interface Loss {
  /** `host:port`. */
  readonly server: string;
  /** Why, as a clause: "the server closed the connection". */
  readonly reason: string;
  /** The lengths of the requests that were without an answer. */
  readonly pending: readonly number[];
  readonly cause?: unknown;
}

/**
 * The connection is gone, and with it the answers to all requests in flight: each may have been applied or not.
 *
 * A server whose `jute.maxbuffer` is smaller than a request closes without a word (F20), which looks like any other
 * loss. So the length of the largest request is part of the error, and whoever meets it twice on the same request can
 * split it or say why it cannot go on.
 */
export class ConnectionLost extends EnclosureError {
  /** Why, without the rest. */
  readonly reason: string;
  /** How many requests were without an answer. */
  readonly pending: number;
  /** Bytes of the largest of them; 0 where there was none. */
  readonly largestPending: number;

  constructor({ server, reason, pending, cause }: Loss) {
    const largest = pending.reduce((most, length) => Math.max(most, length), 0);
    super('zookeeper-connection-lost', `the connection to the server was lost: ${reason}`, {
      where: server,
      ...(pending.length > 0 && {
        found: `requests without an answer: ${pending.length}, the largest of ${largest} bytes`,
      }),
      ...(largest >= suspicious && {
        next: `If it happens again, the servers' jute.maxbuffer may be below ${largest} bytes.`,
      }),
      ...(cause !== undefined && { cause }),
    });
    this.reason = reason;
    this.pending = pending.length;
    this.largestPending = largest;
  }
}

/** Nobody runs ZooKeeper with a `jute.maxbuffer` below this. */
const suspicious = 10_000;

/** Whether a failed transaction's code is about our session or connection rather than about one of its operations. */
export function concernsSession(code: number): boolean {
  return sessionErrors.has(errorCodeOf(code));
}

const sessionErrors: ReadonlySet<ErrorCode> = new Set([
  'zookeeper-session-expired',
  'zookeeper-connection-lost',
  'zookeeper-unreachable',
]);

/** The end of a session that nobody asked for. `id` in hexadecimal, as the servers log it. */
export function sessionLost(id: string, connect: string, found: string): EnclosureError {
  return new EnclosureError('zookeeper-session-expired', `the session 0x${id} is lost`, {
    where: connect,
    found,
    next: 'Its locks and ephemeral znodes are free; run it again.',
  });
}
