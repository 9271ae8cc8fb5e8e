import type { Hold } from '../../model/hold.ts';

export type HeldJson = Pick<Hold, 'who' | 'why' | 'since' | 'until' | 'rollback'>;

/** A hold as every `--json` and the log have it. */
export function heldJson({ who, why, since, until, rollback }: Hold): HeldJson {
  return { who, why, since, until, rollback };
}
