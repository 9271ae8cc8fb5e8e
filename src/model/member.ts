/** Members of an environment: what each says of itself, and how that stands to what is applied. */
import type { State } from './state.ts';

/** The data of a member's znode. */
export interface Receipt {
  readonly format: 1;
  /** The name of its znode. */
  readonly name: string;
  readonly host: string;
  readonly pid: number;
  readonly labels: Readonly<Record<string, string>>;
  /** The application's own, any JSON; null where it gave none. */
  readonly data: unknown;
  /** What it runs. Null while it runs nothing, and of a tree that Enclosure does not manage. */
  readonly revision: number | null;
  readonly commit: string | null;
  /** Of the contents: equal where two members run the same bytes. Null while it runs nothing. */
  readonly digest: string | null;
  /** Of the newest revision that it was offered. */
  readonly status: 'applied' | 'rejected';
  /** What it was offered and does not run; null unless `status` is `rejected`. */
  readonly rejected: RejectedRevision | null;
  /** What went wrong in the application when it was told of the revision that it runs; null where nothing did. */
  readonly problem: string | null;
  /** Since when it runs that revision, ISO 8601. */
  readonly since: string;
  /** Since when it is a member, ISO 8601; a new session does not change it. */
  readonly joined: string;
}

export interface RejectedRevision {
  readonly revision: number | null;
  readonly commit: string | null;
  readonly reason: string;
  readonly time: string;
}

/** A child of the members' znode. */
export interface Member {
  readonly name: string;
  /** Absent where the data are no receipt. */
  readonly receipt?: Receipt;
  /** Whether its znode is ephemeral. One that is not was made by somebody else and says nothing about who is alive. */
  readonly ephemeral: boolean;
}

/**
 * - `current`: it runs the applied revision.
 * - `lags`: it runs an older one, or none yet.
 * - `rejected`: it was offered a newer one than it runs and refused it.
 * - `unknown`: its receipt cannot be read.
 */
export type Standing = 'current' | 'lags' | 'rejected' | 'unknown';

export function standingOf(
  { receipt }: Pick<Member, 'receipt'>,
  state: Pick<State, 'revision'> | undefined,
): Standing {
  if (receipt === undefined) return 'unknown';
  if (receipt.status === 'rejected') return 'rejected';
  return (receipt.revision ?? 0) >= (state?.revision ?? 0) ? 'current' : 'lags';
}
