/** A plan: the ordered steps that turn the live tree into the desired one, with the guards' verdicts. A value, never an action. */
import type { ContentId } from './content-id.ts';

export type Step =
  | { readonly action: 'create'; readonly path: string; readonly content: ContentId; readonly bytes: number }
  | {
      readonly action: 'update';
      readonly path: string;
      readonly content: ContentId;
      readonly bytes: number;
      /** The version that was compared; the update is refused by the server when it is no longer this one. */
      readonly version: number;
      /** What the znode held. */
      readonly previous: ContentId;
    }
  | {
      readonly action: 'delete';
      readonly path: string;
      readonly bytes: number;
      readonly version: number;
      readonly previous: ContentId;
    };

/** Stable codes of the guards; `plan --json` and `sync --json` print them. */
export type RefusalCode =
  | 'directory-missing'
  | 'directory-empty'
  | 'too-many-deletes'
  | 'rewind'
  | 'shared-root'
  | 'ephemeral'
  | 'foreign-child'
  | 'not-owned'
  | 'invalid-name'
  | 'several-files'
  | 'collision'
  | 'unsupported'
  | 'too-large';

export interface Refusal {
  readonly code: RefusalCode;
  /** Expected, found, where, and the command that overrides it, where there is one. */
  readonly message: string;
}

/** Why a path differs from the applied commit although no deployment changed it. */
export interface Drift {
  readonly path: string;
  readonly kind: 'changed' | 'missing';
}

/** What the first deployment finds below its root znode; paths relative to it. */
export interface Adoption {
  /** As git has them: taken over, not written. */
  readonly equal: readonly string[];
  /** With other data than in git. */
  readonly different: readonly string[];
  /** Not in git: left alone. */
  readonly unmanaged: readonly string[];
}

export interface Plan {
  readonly environment: string;
  /** The commit that the steps lead to. */
  readonly commit: string;
  readonly previousCommit?: string;
  /** `fast`: only what git says changed was compared; `full`: the whole live tree was read. */
  readonly mode: 'fast' | 'full';
  /** Creates and updates parents first, then deletes children first. Paths relative to the root znode. */
  readonly steps: readonly Step[];
  /**
   * What the commit changes and was found done: by a run that died half-way, or by hand. Not done again; the record names
   * it too.
   */
  readonly landed: readonly Step[];
  readonly refusals: readonly Refusal[];
  readonly warnings: readonly string[];
  /** Znodes that the desired tree holds and that need no step. */
  readonly unchanged: number;
  /** Znodes of the desired tree. */
  readonly znodes: number;
  /** Live znodes below the root that are not ours; known in full mode only. */
  readonly unmanaged: readonly string[];
  /** Live znodes that we once wrote and may no longer delete, because nothing proves that they are ours. */
  readonly strays: readonly string[];
  readonly drift: readonly Drift[];
  /** Of a first deployment onto a root znode below which something is. */
  readonly adoption?: Adoption;
}

export interface Counts {
  readonly created: number;
  readonly updated: number;
  readonly deleted: number;
  readonly unchanged: number;
}

/** How a commit relates to the applied one; `unknown` when git no longer has that. */
export type Descent = 'descends' | 'rewinds' | 'unknown';
