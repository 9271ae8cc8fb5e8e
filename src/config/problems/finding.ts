import type { KeyPath } from './problem.ts';

/** A problem that does not know its line yet. */
export interface Finding {
  readonly path: KeyPath;
  readonly expected: string;
  readonly found: string;
  readonly next?: string;
  /** Point at the key instead of the value. */
  readonly atKey?: boolean;
}
