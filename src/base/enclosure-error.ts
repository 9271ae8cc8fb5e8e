/**
 * The errors of Enclosure: one class, one table of stable codes.
 *
 * A code never changes its meaning once released: scripts, alarms and the queue decide by it. `exit` is the
 * exit code of the command line; `retryable` says whether the same request may succeed
 * later without anyone changing anything, which is what a queue asks.
 */

const table = {
  'configuration-invalid': { exit: 1, retryable: false },
  'usage-invalid': { exit: 1, retryable: false },
  'environment-unknown': { exit: 1, retryable: false },
  'secret-missing': { exit: 1, retryable: false },

  refused: { exit: 3, retryable: false },
  'lock-timeout': { exit: 4, retryable: true },
  'lock-lost': { exit: 1, retryable: true },
  'lock-broken': { exit: 1, retryable: false },
  conflict: { exit: 1, retryable: true },
  'state-unreadable': { exit: 1, retryable: false },
  'state-newer': { exit: 1, retryable: false },
  aborted: { exit: 1, retryable: true },

  'client-missing': { exit: 1, retryable: false },
  'zookeeper-unreachable': { exit: 1, retryable: true },
  'zookeeper-connection-lost': { exit: 1, retryable: true },
  'zookeeper-session-expired': { exit: 1, retryable: true },
  'zookeeper-busy': { exit: 1, retryable: true },
  'zookeeper-auth-failed': { exit: 1, retryable: false },
  'zookeeper-denied': { exit: 1, retryable: false },
  'zookeeper-quota': { exit: 1, retryable: false },
  'zookeeper-failed': { exit: 1, retryable: false },
  'transaction-failed': { exit: 1, retryable: true },
  'frame-too-large': { exit: 1, retryable: false },
  'protocol-violated': { exit: 1, retryable: true },

  'git-missing': { exit: 1, retryable: false },
  'git-failed': { exit: 1, retryable: true },
  'url-refused': { exit: 1, retryable: false },
  'ref-refused': { exit: 1, retryable: false },
  'branch-missing': { exit: 1, retryable: false },
  'commit-missing': { exit: 1, retryable: false },
  'repository-denied': { exit: 1, retryable: false },
  'repository-unreachable': { exit: 1, retryable: true },
  'repository-corrupt': { exit: 1, retryable: false },
  'fetch-too-large': { exit: 1, retryable: false },
  'fetch-timeout': { exit: 1, retryable: true },

  'webhook-unsigned': { exit: 1, retryable: false },
  'webhook-invalid': { exit: 1, retryable: false },
  'webhook-too-large': { exit: 1, retryable: false },
  'queue-refused': { exit: 1, retryable: true },
  'aws-unreachable': { exit: 1, retryable: true },

  'revision-missing': { exit: 1, retryable: false },
  'znode-unknown': { exit: 1, retryable: false },

  'environment-unmanaged': { exit: 1, retryable: false },
  'tree-incomplete': { exit: 1, retryable: true },
  'name-taken': { exit: 1, retryable: true },
  'config-rejected': { exit: 1, retryable: false },
  'directory-taken': { exit: 1, retryable: false },
  'directory-failed': { exit: 1, retryable: true },
  'name-unholdable': { exit: 1, retryable: false },
  'command-failed': { exit: 1, retryable: false },

  'cache-timeout': { exit: 1, retryable: true },
  'cache-busy': { exit: 1, retryable: true },
  'fill-failed': { exit: 1, retryable: true },
  'fill-timeout': { exit: 1, retryable: true },
  'item-unencodable': { exit: 1, retryable: false },
  'stream-interrupted': { exit: 1, retryable: true },
  'store-failed': { exit: 1, retryable: true },
} as const satisfies Record<string, { exit: 1 | 3 | 4; retryable: boolean }>;

export type ErrorCode = keyof typeof table;

export interface ErrorDetails {
  /** What was expected, as a noun phrase: "a branch name". */
  readonly expected?: string;
  /** What was found instead. Never a secret, never file contents. */
  readonly found?: string;
  /** Where: a file and line, a znode, a URL without credentials. */
  readonly where?: string;
  /** What to do next, as an imperative sentence. */
  readonly next?: string;
  readonly cause?: unknown;
}

/**
 * An error that a person or a queue can act on.
 *
 * @example throw new EnclosureError('branch-missing', 'the branch does not exist', { where: url, next: '...' })
 */
export class EnclosureError extends Error {
  override readonly name = 'EnclosureError';
  readonly code: ErrorCode;
  readonly details: Omit<ErrorDetails, 'cause'>;

  constructor(code: ErrorCode, summary: string, details: ErrorDetails = {}) {
    const { cause, ...rest } = details;
    super(compose(summary, rest), cause === undefined ? undefined : { cause });
    this.code = code;
    this.details = rest;
  }

  get retryable(): boolean {
    return table[this.code].retryable;
  }

  get exitCode(): 1 | 3 | 4 {
    return table[this.code].exit;
  }
}

export function isEnclosureError(error: unknown, ...codes: readonly ErrorCode[]): error is EnclosureError {
  return error instanceof EnclosureError && (codes.length === 0 || codes.includes(error.code));
}

/** Throws the error `aborted` when the signal has fired; its reason, when it is one of ours, goes through as it is. */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw abortedError(signal);
}

export function abortedError(signal: AbortSignal): EnclosureError {
  if (isEnclosureError(signal.reason)) return signal.reason;
  return new EnclosureError('aborted', 'stopped before it was done', { cause: signal.reason });
}

function compose(summary: string, details: Omit<ErrorDetails, 'cause'>): string {
  const parts = [summary];
  if (details.where !== undefined) parts.push(` (${details.where})`);
  if (details.expected !== undefined) parts.push(`; expected ${details.expected}`);
  if (details.found !== undefined) parts.push(`; found ${details.found}`);
  if (details.next !== undefined) parts.push(`. ${details.next}`);
  return parts.join('');
}
