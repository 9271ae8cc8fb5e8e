/** An environment that is held: what keeps pushes and syncs from it, and what the history says of that. */

/** What an environment's hold znode says. */
export interface Hold {
  readonly format: 1;
  readonly environment: string;
  readonly who: string;
  readonly why: string | null;
  /** ISO 8601, by the servers' clock as far as it is known. */
  readonly since: string;
  /** From then on it holds no more; null: until somebody lifts it. */
  readonly until: string | null;
  /** For the hold of a rollback: what it went back from, and to. */
  readonly rollback: HeldRollback | null;
}

export interface HeldRollback {
  readonly from: HeldRevision;
  readonly to: HeldRevision;
}

interface HeldRevision {
  readonly revision: number;
  readonly commit: string;
}

/** That an environment was held, or that its hold was lifted; stands in the history beside the deployment records. */
export interface HoldEvent {
  readonly format: 1;
  readonly kind: 'hold' | 'resume';
  readonly environment: string;
  /** The revision that was applied then; 0 before the first deployment. */
  readonly revision: number;
  readonly who: string;
  readonly why: string | null;
  readonly until: string | null;
  readonly time: string;
}

/** @param now milliseconds since 1970 */
export function stillHolds({ until }: Pick<Hold, 'until'>, now: number): boolean {
  return until === null || now < Date.parse(until);
}

/** A hold that somebody asks for. Lengths of time count from when it is written, by the servers' clock. */
export interface HoldWish {
  readonly who: string;
  readonly why?: string;
  /** Absent: until somebody lifts it. */
  readonly until?: HoldEnd;
}

/** ISO 8601, or after so many milliseconds. */
export type HoldEnd = { readonly time: string } | { readonly afterMs: number };
