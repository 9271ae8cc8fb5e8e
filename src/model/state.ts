import type { Layout, UnsupportedPolicy } from './environment.ts';

/** How the znodes came from the files; with it the desired tree of a recorded commit can be made again. */
export interface Mapping {
  readonly directory: string;
  readonly layout: Layout;
  readonly unsupported: UnsupportedPolicy;
}

/** A commit whose znodes a run has begun to write. */
export interface WrittenCommit {
  readonly commit: string;
  readonly mapping: Mapping;
}

/** The environment's state znode. */
export interface State {
  readonly format: 1;
  readonly environment: string;
  readonly znode: string;
  readonly repository: string;
  readonly branch: string;
  readonly mapping: Mapping;
  readonly mappingDigest: string;
  /** 0 while the first deployment is under way. */
  readonly revision: number;
  /** The commit of `revision`; null before the first. */
  readonly commit: string | null;
  readonly phase: 'applied' | 'applying';
  /** While `applying`: where to. */
  readonly target?: WrittenCommit & {
    readonly revision: number;
    /** What runs before this one were writing when they died; newest first. */
    readonly earlier?: readonly WrittenCommit[];
  };
  /** Znodes that the revision holds. */
  readonly znodes: number;
  readonly time: string;
}
