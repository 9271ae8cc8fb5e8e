/** Checks what the user asked for before anything is opened. Fails with `usage-invalid`. */
import { EnclosureError } from '../base/enclosure-error.ts';
import { escapeName, pathProblem } from '../model/znode-path.ts';
import { parseConnectString } from '../zookeeper/wire/connect-string.ts';
import { longestTimerMs } from './flight/waiting-caller.ts';
import type { BulkCacheOptions, Connection, Level2 } from './bulk-cache-options.ts';

const namespacePattern = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/;
/** Some 30,000 years; with the time of today it is still a whole number. */
const longestTtlMs = 1e15;

export function checkOptions<T>(options: BulkCacheOptions<T>): Connection {
  const connection = connectionOf(options);
  if (typeof connection.connect !== 'string') {
    throw invalid('connect', 'host:port,host:port/chroot', typeof connection.connect);
  }
  parseConnectString(connection.connect);
  checkNamespace(options.namespace);
  const { stateRoot = '/enclosure' } = options;
  if (stateRoot === '/' || pathProblem(stateRoot) !== undefined) {
    throw invalid('stateRoot', 'an absolute znode path', stateRoot);
  }
  checkEndpoint(options.level2);
  for (const [name, value, most] of amountsOf(options, connection)) checkAmount(name, value, most);
  return connection;
}

function connectionOf<T>(options: BulkCacheOptions<T>): Connection {
  return 'zookeeper' in options ? options.zookeeper : options;
}

export function checkNamespace(namespace: unknown): void {
  if (typeof namespace === 'string' && namespacePattern.test(namespace)) return;
  throw invalid('namespace', '1 to 100 letters, digits, dots, underscores and hyphens', String(namespace));
}

function amountsOf<T>(
  options: BulkCacheOptions<T>,
  { sessionTimeout, connectTimeout }: Connection,
): readonly (readonly [name: string, value: number | undefined, most: number])[] {
  const { level2, level1 = {} } = options;
  const s3Timeout = 's3' in level2 ? level2.s3.timeout : undefined;
  return [
    ['ttl', options.ttl, longestTtlMs],
    ['negativeTtl', options.negativeTtl, longestTtlMs],
    ['fillTimeout', options.fillTimeout, longestTimerMs],
    ['sessionTimeout', sessionTimeout, longestTimerMs],
    ['connectTimeout', connectTimeout, longestTimerMs],
    ['level2.s3.timeout', s3Timeout, longestTimerMs],
    ['maxWaiters', options.maxWaiters, Number.MAX_SAFE_INTEGER],
    ['workingMemoryBytes', options.workingMemoryBytes, Number.MAX_SAFE_INTEGER],
    ['level1.memoryBytes', level1.memoryBytes, Number.MAX_SAFE_INTEGER],
    ['level1.directoryBytes', level1.directoryBytes, Number.MAX_SAFE_INTEGER],
  ];
}

/** Whole numbers only: times computed from them are written to znodes, where nothing could read half a millisecond. */
function checkAmount(name: string, value: number | undefined, most: number): void {
  if (value === undefined || (Number.isSafeInteger(value) && value >= 0 && value <= most)) return;
  throw invalid(name, `a whole number from 0 to ${most}`, String(value));
}

/** It is written to a znode, where no secret belongs. */
function checkEndpoint(level2: Level2): void {
  const endpoint = 's3' in level2 ? level2.s3.endpoint : undefined;
  if (endpoint === undefined) return;
  const expected = 'a URL without credentials';
  if (!URL.canParse(endpoint)) throw invalid('level2.s3.endpoint', expected, 'something else');
  const { username, password } = new URL(endpoint);
  if (username + password !== '') throw invalid('level2.s3.endpoint', expected, 'credentials');
}

function invalid(option: string, expected: string, found: string): EnclosureError {
  return new EnclosureError('usage-invalid', `the option "${option}" cannot be used`, {
    expected,
    found: `"${escapeName(found)}"`,
  });
}
