import type { Secret } from '../base/secret.ts';
import type { ConnectionOptions } from './connection-options.ts';

/** How files become znodes. */
export type Layout = 'file' | 'directory';

/** What to do with symbolic links, submodules and LFS pointer files. */
export type UnsupportedPolicy = 'refuse' | 'skip';

/** What a full run does with a znode that is not what the applied commit says. */
export type DriftPolicy = 'repair' | 'report';

/** How many of the znodes we own one deployment may delete: a share (0 to 1) or a count. */
export type DeleteLimit =
  { readonly kind: 'share'; readonly share: number } | { readonly kind: 'count'; readonly count: number };

/** One entry of a znode's access control list. `permissions` is ZooKeeper's bit mask: read 1, write 2, create 4, delete 8, admin 16. */
export interface Acl {
  readonly permissions: number;
  readonly scheme: string;
  readonly id: string;
}

/** What a run's session is made of: our own client, or the npm package `zookeeper` with the official one in it. */
export type SessionClient = 'wire' | 'official';

/** The ZooKeeper servers that hold the znodes. */
export interface Ensemble extends ConnectionOptions<Secret> {
  readonly name: string;
  /** Default: `wire`. */
  readonly client?: SessionClient;
}

/** A git repository with configuration. */
export interface Repository {
  readonly name: string;
  /** Validated: https, ssh, or file where local repositories are allowed. Holds no credentials. */
  readonly url: string;
  readonly provider: 'github';
  /** The secrets a webhook's signature may be made with; more than one while a secret is rotated, none where no webhook is expected. */
  readonly webhookSecrets: readonly Secret[];
  readonly credentials?: Secret;
  /** What is kept in the repository itself about its deployments; nothing where it is absent. */
  readonly audit?: {
    /** Each deployment as a git note on its commit. */
    readonly notes: boolean;
  };
}

/** One directory of one branch of a repository, mapped to one root znode of one ensemble. */
export interface Environment {
  readonly name: string;
  readonly repository: Repository;
  readonly branch: string;
  /** Without leading or trailing slash; '' for the whole repository. */
  readonly directory: string;
  readonly ensemble: Ensemble;
  /** The root znode: absolute, never '/'. */
  readonly znode: string;
  readonly layout: Layout;
  readonly prune: boolean;
  readonly maxDelete: DeleteLimit;
  readonly unsupported: UnsupportedPolicy;
  readonly drift: DriftPolicy;
  readonly allowRewind: boolean;
  /** The list that created znodes get; undefined to inherit it from the nearest existing ancestor. */
  readonly acl?: readonly Acl[];
  /** The znode below which every environment of the ensemble has its bookkeeping, at `<stateRoot>/<environment>`. */
  readonly stateRoot: string;
}

/** Where processes that need the same commit share one fetch of it from the git host. */
export interface SharedFetches {
  /** Through which they agree who fetches, below `<stateRoot>/cache`. */
  readonly ensemble: Ensemble;
  /** Where what was fetched is kept for the others; the directory is absolute, and all processes see it. */
  readonly level2:
    | { readonly directory: string }
    | {
        readonly s3: {
          readonly bucket: string;
          readonly prefix?: string;
          readonly endpoint?: string;
          readonly region?: string;
        };
      };
  /** How long it is kept. */
  readonly ttlMs: number;
  /** How long a process waits for it before it fetches by itself. */
  readonly timeoutMs: number;
}

export interface Configuration {
  readonly stateRoot: string;
  readonly cacheDirectory: string;
  readonly allowLocalRepositories: boolean;
  /** Undefined: every process fetches by itself. */
  readonly snapshotCache?: SharedFetches;
  readonly ensembles: ReadonlyMap<string, Ensemble>;
  readonly repositories: ReadonlyMap<string, Repository>;
  readonly environments: ReadonlyMap<string, Environment>;
}
