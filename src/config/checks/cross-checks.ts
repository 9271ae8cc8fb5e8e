/**
 * What the schema cannot see: values that must be legal elsewhere, names that must exist, trees that must not overlap.
 * Pure; everything found is reported, in no particular order.
 */
import { EnclosureError } from '../../base/enclosure-error.ts';
import { checkBranch } from '../../git/remote/check-branch.ts';
import { checkUrl } from '../../git/remote/check-url.ts';
import { escapeName } from '../../model/znode-path.ts';
import { parseConnectString } from '../../zookeeper/wire/connect-string.ts';
import { describeFound } from '../problems/describe-found.ts';
import type { Finding, KeyPath } from '../problems/problem.ts';
import type { ConfigurationSource } from '../schema/configuration-schema.ts';
import { normaliseDirectory } from '../schema/normalise-directory.ts';
import { parseDuration } from '../schema/parse-duration.ts';
import { overlappingTrees, znodeProblem } from './overlapping-trees.ts';

export interface KnownNames {
  readonly environments: ReadonlySet<string>;
  readonly ensembles: ReadonlySet<string>;
  readonly repositories: ReadonlySet<string>;
}

/** In milliseconds, and in words. */
interface DurationLimits {
  readonly shortest: number;
  readonly longest: number;
  readonly expected: string;
}

const sessionTimeout: DurationLimits = {
  shortest: 500,
  longest: 600_000,
  expected: 'a duration from 500ms to 10m',
};
const cacheTtl: DurationLimits = {
  shortest: 1000,
  longest: 720 * 3_600_000,
  expected: 'a duration from 1s to 720h',
};
const cacheTimeout: DurationLimits = {
  shortest: 1000,
  longest: 600_000,
  expected: 'a duration from 1s to 10m',
};

/** `known`: the names that the file gives, also those whose entries are invalid and therefore not in `source`. */
export function crossChecks(source: ConfigurationSource, known: KnownNames): Finding[] {
  return [
    ...znodeProblem(['stateRoot'], source.stateRoot),
    ...Object.entries(source.ensembles).flatMap(([name, ensemble]) => [
      ...refusal(['ensembles', name, 'connect'], ensemble.connect, () =>
        parseConnectString(ensemble.connect),
      ),
      ...durationFindings(['ensembles', name, 'sessionTimeout'], ensemble.sessionTimeout, sessionTimeout),
    ]),
    ...Object.entries(source.repositories).flatMap(([name, { url }]) =>
      refusal(['repositories', name, 'url'], url, () =>
        checkUrl(url, { allowLocal: source.allowLocalRepositories }),
      ),
    ),
    ...snapshotCacheFindings(source, known),
    ...environmentFindings(source, known),
    ...overlappingTrees(source),
  ];
}

function durationFindings(path: KeyPath, value: string, limits: DurationLimits): Finding[] {
  const duration = parseDuration(value) ?? 0;
  if (duration >= limits.shortest && duration <= limits.longest) return [];
  return [{ path, expected: limits.expected, found: describeFound(path, value) }];
}

function snapshotCacheFindings({ snapshotCache }: ConfigurationSource, known: KnownNames): Finding[] {
  if (snapshotCache === undefined) return [];
  const path = ['snapshotCache'];
  const { ensemble, ttl, timeout } = snapshotCache;
  return [
    ...reference([...path, 'ensemble'], ensemble, known.ensembles, 'ensemble'),
    ...durationFindings([...path, 'ttl'], ttl, cacheTtl),
    ...durationFindings([...path, 'timeout'], timeout, cacheTimeout),
  ];
}

function environmentFindings(source: ConfigurationSource, known: KnownNames): Finding[] {
  if (known.environments.size === 0) {
    return [{ path: ['environments'], atKey: true, expected: 'at least one environment', found: 'none' }];
  }
  return Object.entries(source.environments).flatMap(([name, environment]) => {
    const path = ['environments', name];
    const { repository, branch, directory, ensemble, znode } = environment;
    return [
      ...nameFindings(path, name),
      ...reference([...path, 'repository'], repository, known.repositories, 'repository'),
      ...reference([...path, 'ensemble'], ensemble, known.ensembles, 'ensemble'),
      ...refusal([...path, 'branch'], branch, () => checkBranch(branch)),
      ...directoryFindings([...path, 'directory'], directory),
      ...znodeProblem([...path, 'znode'], znode),
    ];
  });
}

function nameFindings(path: KeyPath, name: string): Finding[] {
  if (name !== 'cache') return [];
  // `<stateRoot>/cache` belongs to the bulk call cache.
  return [
    { path, atKey: true, expected: 'another name', found: '"cache", which is reserved below stateRoot' },
  ];
}

function reference(path: KeyPath, name: string, known: ReadonlySet<string>, kind: string): Finding[] {
  if (known.has(name)) return [];
  const names = [...known].join(', ');
  const expected =
    known.size === 0 ? `the name of a ${kind}; there is none` : `the name of a ${kind}: ${names}`;
  return [
    { path, expected: expected.replace('a ensemble', 'an ensemble'), found: describeFound(path, name) },
  ];
}

function directoryFindings(path: KeyPath, directory: string): Finding[] {
  if (normaliseDirectory(directory) !== undefined) return [];
  const expected =
    'a directory below the root of the repository, without leading slash, `..` and control characters';
  return [{ path, expected, found: describeFound(path, directory) }];
}

/** Runs a check of another part, which throws an EnclosureError that quotes nothing secret, and takes its words. */
function refusal(path: KeyPath, value: string, check: () => unknown): Finding[] {
  try {
    check();
    return [];
  } catch (error) {
    if (!(error instanceof EnclosureError)) throw error;
    const { expected, found, next } = error.details;
    return [
      {
        path,
        expected: expected ?? 'another value',
        found: found === undefined ? describeFound(path, value) : escapeName(found),
        ...(next !== undefined && { next }),
      },
    ];
  }
}
