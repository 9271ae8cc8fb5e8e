/**
 * What an error may say about a value it found. A value is shown only where the key is known to hold nothing secret:
 * people paste tokens into the wrong place, and an error ends up in the log of a build.
 */
import { escapeName } from '../../model/znode-path.ts';
import type { KeyPath } from './problem.ts';

const printable: ReadonlySet<string | number | undefined> = new Set([
  'version',
  'stateRoot',
  'cacheDirectory',
  'allowLocalRepositories',
  'connect',
  'sessionTimeout',
  'provider',
  'repository',
  'branch',
  'directory',
  'ensemble',
  'znode',
  'layout',
  'prune',
  'maxDelete',
  'unsupported',
  'drift',
  'allowRewind',
  'scheme',
  'permissions',
  'bucket',
  'region',
  'ttl',
  'timeout',
]);

const longest = 80;

export function describeFound(path: KeyPath, value: unknown): string {
  if (value === undefined) return 'nothing: the key is missing';
  if (value === null) return 'nothing: the key has no value';
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  if (typeof value === 'object') return Object.keys(value).length === 0 ? 'an empty map' : 'a map';
  if (value === '') return 'an empty string';
  if (
    !printable.has(path.at(-1)) ||
    !(typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
  ) {
    return `a ${typeof value}`;
  }
  const text = escapeName(String(value));
  // A URL in the wrong place may carry a token.
  if (text.includes('://')) return 'a URL';
  const shown = text.length > longest ? `${text.slice(0, longest)}...` : text;
  return typeof value === 'string' ? `"${shown}"` : shown;
}
