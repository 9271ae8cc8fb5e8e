/** The checked source of a configuration becomes the model's `Configuration`. Reads nothing but what it is given. */
import { resolve } from 'node:path';
import type {
  Configuration,
  Ensemble,
  Environment,
  Repository,
  SharedFetches,
} from '../model/environment.ts';
import { parseAcl } from './schema/parse-acl.ts';
import { parseDeleteLimit } from './schema/parse-delete-limit.ts';
import { normaliseDirectory } from './schema/normalise-directory.ts';
import { parseDuration } from './schema/parse-duration.ts';
import {
  cacheDirectoryOverride,
  defaultCacheDirectory,
  type ProcessEnvironment,
} from './process-environment.ts';
import type {
  ConfigurationSource,
  EnsembleSource,
  EnvironmentSource,
  RepositorySource,
  SnapshotCacheSource,
} from './schema/configuration-schema.ts';
import { secretFrom, type SecretPlaces, type SecretReference } from './secret-from.ts';

export function configurationFrom(source: ConfigurationSource, places: SecretPlaces): Configuration {
  const secret = (reference: SecretReference) => secretFrom(reference, places);
  const ensembles = mapEntries(source.ensembles, (name, entry) => ensembleFrom(name, entry, secret));
  const repositories = mapEntries(source.repositories, (name, entry) => repositoryFrom(name, entry, secret));
  const { stateRoot, allowLocalRepositories, snapshotCache } = source;
  return {
    stateRoot,
    cacheDirectory: cacheDirectoryOf(source, places),
    allowLocalRepositories,
    ...(snapshotCache !== undefined && {
      snapshotCache: snapshotCacheFrom(snapshotCache, known(ensembles, snapshotCache.ensemble), places),
    }),
    ensembles,
    repositories,
    environments: mapEntries(source.environments, (name, entry) =>
      environmentFrom(name, entry, {
        ensemble: known(ensembles, entry.ensemble),
        repository: known(repositories, entry.repository),
        stateRoot,
      }),
    ),
  };
}

function cacheDirectoryOf(
  { cacheDirectory }: ConfigurationSource,
  { directory, env }: { readonly directory: string; readonly env: ProcessEnvironment },
): string {
  const override = cacheDirectoryOverride(env);
  if (override !== undefined) return resolve(override);
  return cacheDirectory === undefined ? defaultCacheDirectory(env) : resolve(directory, cacheDirectory);
}

type S3Source = Extract<SnapshotCacheSource['level2'], { readonly s3: unknown }>['s3'];

type MakeSecret = (reference: SecretReference) => ReturnType<typeof secretFrom>;

function ensembleFrom(name: string, source: EnsembleSource, secret: MakeSecret): Ensemble {
  return {
    name,
    connect: source.connect,
    sessionTimeoutMs: parseDuration(source.sessionTimeout) ?? 0,
    client: source.client,
    auth: source.auth.map(({ scheme, credentials }) => ({ scheme, credentials: secret(credentials) })),
  };
}

function snapshotCacheFrom(
  { level2, ttl, timeout }: SnapshotCacheSource,
  ensemble: Ensemble,
  { directory }: { readonly directory: string },
): SharedFetches {
  return {
    ensemble,
    level2: 'directory' in level2 ? { directory: resolve(directory, level2.directory) } : s3From(level2),
    ttlMs: parseDuration(ttl) ?? 0,
    timeoutMs: parseDuration(timeout) ?? 0,
  };
}

/** What is not given has no key: the cache's own options tell that from a key without a value. */
function s3From({ s3 }: { readonly s3: S3Source }): SharedFetches['level2'] {
  const { bucket, prefix, endpoint, region } = s3;
  return {
    s3: {
      bucket,
      ...(prefix !== undefined && { prefix }),
      ...(endpoint !== undefined && { endpoint }),
      ...(region !== undefined && { region }),
    },
  };
}

function repositoryFrom(name: string, source: RepositorySource, secret: MakeSecret): Repository {
  const { url, provider, webhookSecret = [], credentials, audit } = source;
  return {
    name,
    url,
    provider,
    webhookSecrets: [webhookSecret].flat().map(secret),
    ...(credentials !== undefined && { credentials: secret(credentials) }),
    ...(audit !== undefined && { audit }),
  };
}

function environmentFrom(
  name: string,
  source: EnvironmentSource,
  refers: { readonly ensemble: Ensemble; readonly repository: Repository; readonly stateRoot: string },
): Environment {
  const { branch, znode, layout, prune, unsupported, drift, allowRewind, acl } = source;
  return {
    name,
    repository: refers.repository,
    branch,
    directory: normaliseDirectory(source.directory) ?? '',
    ensemble: refers.ensemble,
    znode,
    layout,
    prune,
    maxDelete: parseDeleteLimit(source.maxDelete),
    unsupported,
    drift,
    allowRewind,
    ...(acl !== undefined && { acl: acl.map(parseAcl) }),
    stateRoot: refers.stateRoot,
  };
}

function mapEntries<From, To>(
  entries: Readonly<Record<string, From>>,
  make: (name: string, entry: From) => To,
): ReadonlyMap<string, To> {
  return new Map(Object.entries(entries).map(([name, entry]) => [name, make(name, entry)]));
}

/** The cross checks have seen to it that the name is there. */
function known<T>(entries: ReadonlyMap<string, T>, name: string): T {
  const entry = entries.get(name);
  if (entry === undefined) throw new TypeError(`no entry ${name}`);
  return entry;
}
