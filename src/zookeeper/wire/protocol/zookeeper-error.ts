/**
 * One table from a ZooKeeper error code to its name, what it means to a person and which of our errors it becomes.
 * Both planes use it. The numbers are `KeeperException.Code` and, where it has more, the C client's `ZOO_ERRORS`.
 */
import { EnclosureError, type ErrorCode } from '../../../base/enclosure-error.ts';
import { escapeName, parentPath } from '../../../model/znode-path.ts';

interface Entry {
  readonly name: string;
  readonly error: ErrorCode;
  readonly meaning: string;
  readonly next?: string;
}

const entry = (name: string, error: ErrorCode, meaning: string, next?: string): Entry =>
  next === undefined ? { name, error, meaning } : { name, error, meaning, next };

/** The codes that code decides by. */
export const codes = {
  ok: 0,
  runtimeInconsistency: -2,
  connectionLoss: -4,
  unimplemented: -6,
  operationTimeout: -7,
  badArguments: -8,
  noNode: -101,
  noAuth: -102,
  badVersion: -103,
  noChildrenForEphemerals: -108,
  nodeExists: -110,
  notEmpty: -111,
  sessionExpired: -112,
  invalidAcl: -114,
  authFailed: -115,
  sessionMoved: -118,
  quotaExceeded: -125,
  throttled: -127,
} as const;

const table: ReadonlyMap<number, Entry> = new Map([
  [-1, entry('SYSTEMERROR', 'zookeeper-failed', 'the server failed', 'Read the server log.')],
  [-2, entry('RUNTIMEINCONSISTENCY', 'zookeeper-failed', 'another operation of the transaction failed')],
  [-3, entry('DATAINCONSISTENCY', 'zookeeper-failed', 'the server found its data inconsistent')],
  [-4, entry('CONNECTIONLOSS', 'zookeeper-connection-lost', 'the connection was lost')],
  [-5, entry('MARSHALLINGERROR', 'zookeeper-failed', 'the server could not read the request')],
  [-6, entry('UNIMPLEMENTED', 'zookeeper-failed', 'the server does not know the request')],
  [-7, entry('OPERATIONTIMEOUT', 'zookeeper-busy', 'the server did not answer in time')],
  [-8, entry('BADARGUMENTS', 'zookeeper-failed', 'the server refuses the path or the arguments')],
  [-9, entry('INVALIDSTATE', 'zookeeper-connection-lost', 'the connection is in no state to be used')],
  [-12, entry('UNKNOWNSESSION', 'zookeeper-session-expired', 'the server does not know the session')],
  [-13, entry('NEWCONFIGNOQUORUM', 'zookeeper-busy', 'the ensemble is being reconfigured')],
  [-14, entry('RECONFIGINPROGRESS', 'zookeeper-busy', 'the ensemble is being reconfigured')],
  [-100, entry('APIERROR', 'zookeeper-failed', 'the server refuses the request')],
  [-101, entry('NONODE', 'conflict', 'the znode or its parent does not exist')],
  [-102, entry('NOAUTH', 'zookeeper-denied', "the znode's access control list denies it")],
  [-103, entry('BADVERSION', 'conflict', 'the znode was changed by someone else in the meantime')],
  [
    -108,
    entry('NOCHILDRENFOREPHEMERALS', 'zookeeper-failed', 'the parent is ephemeral, so it has no children'),
  ],
  [-110, entry('NODEEXISTS', 'conflict', 'the znode exists already')],
  [-111, entry('NOTEMPTY', 'conflict', 'the znode has children')],
  [-112, entry('SESSIONEXPIRED', 'zookeeper-session-expired', 'the session has expired')],
  [-113, entry('INVALIDCALLBACK', 'zookeeper-failed', 'the client was called wrongly')],
  [
    -114,
    entry(
      'INVALIDACL',
      'zookeeper-failed',
      'the access control list is invalid',
      "Correct 'acl' and 'auth'.",
    ),
  ],
  [-115, entry('AUTHFAILED', 'zookeeper-auth-failed', 'the server refuses the credentials')],
  [-116, entry('CLOSING', 'zookeeper-connection-lost', 'the connection is being closed')],
  [-117, entry('NOTHING', 'zookeeper-failed', 'there is no answer to process')],
  [-118, entry('SESSIONMOVED', 'zookeeper-session-expired', 'the session has moved to another server')],
  [-119, entry('NOTREADONLY', 'zookeeper-unreachable', 'the server has no quorum and only answers reads')],
  [
    -120,
    entry('EPHEMERALONLOCALSESSION', 'zookeeper-failed', 'a local session may not own an ephemeral znode'),
  ],
  [-121, entry('NOWATCHER', 'zookeeper-failed', 'there is no such watch')],
  [-122, entry('REQUESTTIMEOUT', 'zookeeper-busy', 'the ensemble did not commit it in time')],
  [-123, entry('RECONFIGDISABLED', 'zookeeper-failed', 'reconfiguration is disabled')],
  [
    -124,
    entry('SESSIONCLOSEDREQUIRESASLAUTH', 'zookeeper-auth-failed', 'the server wants SASL authentication'),
  ],
  [
    -125,
    entry('QUOTAEXCEEDED', 'zookeeper-quota', 'a quota would be exceeded', 'Raise the quota, or write less.'),
  ],
  [-127, entry('THROTTLEDOP', 'zookeeper-busy', 'the server is overloaded and threw the request away')],
]);

/** `NONODE` for -101; the number itself for a code that no table knows. */
export function codeName(code: number): string {
  return table.get(code)?.name ?? `code ${code}`;
}

/** What a code means, as a clause without a full stop. */
export function codeMeaning(code: number): string {
  return table.get(code)?.meaning ?? 'the server answered with an unknown error';
}

/** Which of our errors a code becomes. */
export function errorCodeOf(code: number): ErrorCode {
  return table.get(code)?.error ?? 'zookeeper-failed';
}

/** What to do about it, where that can be said. */
export function nextStepFor(code: number): string | undefined {
  return table.get(code)?.next;
}

export interface FailedRequest {
  /** What was asked: `create`, `getData`, `multi`. */
  readonly operation: string;
  /** The znode it concerned. */
  readonly path?: string;
  readonly cause?: unknown;
}

/** The error for a code that a server, or the C client in its place, answered with. */
export function zookeeperError(code: number, request: FailedRequest): EnclosureError {
  const { operation, path, cause } = request;
  const next = nextStepFor(code);
  const expected = code === codes.noAuth ? neededPermission(operation, path) : undefined;
  return new EnclosureError(
    errorCodeOf(code),
    `${operation} failed: ${codeMeaning(code)} (${codeName(code)})`,
    {
      ...(path !== undefined && { where: escapeName(path) }),
      ...(expected !== undefined && { expected }),
      ...(next !== undefined && { next }),
      ...(cause !== undefined && { cause }),
    },
  );
}

/** The permission that an operation needs, and on which znode: creating and deleting ask the parent. */
export function neededPermission(operation: string, path: string | undefined): string | undefined {
  if (path === undefined) return undefined;
  const [permission, znode] = needed(operation, path);
  return permission === undefined ? undefined : `the permission '${permission}' on ${escapeName(znode)}`;
}

function needed(operation: string, path: string): [permission: string | undefined, znode: string] {
  if (operation === 'create' || operation === 'delete') return [operation, parentPath(path)];
  return [permissions.get(operation), path];
}

const permissions: ReadonlyMap<string, string> = new Map([
  ['setData', 'write'],
  ['setAcl', 'admin'],
  ['getData', 'read'],
  ['getChildren', 'read'],
  ['getAcl', 'read'],
  ['check', 'read'],
]);
