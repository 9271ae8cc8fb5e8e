/** What is known about one key: what its znode says, and what a caller would meet now. Pure. */
import type { EnclosureError } from '../../base/enclosure-error.ts';
import type { Progress } from '../bulk-cache-options.ts';
import { decide, type Known } from '../coordination/decide.ts';
import type { EntryFacts } from '../coordination/parse-entry.ts';

/**
 * `expired` and `invalidated` are results that the next caller does not get any more; `abandoned` is a fill whose process is
 * gone, which the next caller goes on for.
 */
export const keyStates = [
  'ready',
  'expired',
  'invalidated',
  'filling',
  'abandoned',
  'failed',
  'absent',
  'unreadable',
] as const;
export type KeyState = (typeof keyStates)[number];

export interface KeyReport {
  /** SHA-256 of the key: its name in ZooKeeper and in level 2. */
  readonly digest: string;
  readonly state: KeyState;
  /** Undefined where nothing was written yet, or what was written cannot be understood. */
  readonly facts?: EntryFacts;
  /** The progress of the fill, if it has reported any. */
  readonly progress?: Progress;
  /** When the state changed; ensemble's clock. */
  readonly modified: number;
  /** Why it cannot be understood. */
  readonly problem?: EnclosureError;
}

export function keyStateOf(known: Known): KeyState {
  const { facts, generation } = known;
  switch (decide(known).do) {
    case 'take':
      return 'ready';
    case 'wait':
      return 'filling';
    case 'fail':
      return 'failed';
    case 'fill':
      if (facts.state === 'filling') return 'abandoned';
      if (facts.state !== 'ready') return facts.state;
      return facts.result !== null && facts.result.generation < generation ? 'invalidated' : 'expired';
  }
}
