/** What a process that needs a key does next: the state machine of docs/bulk-cache.md as a pure function of what is known. */
import type { EntryFacts, Failure, FinishedResult } from './parse-entry.ts';

export interface Known {
  readonly facts: EntryFacts;
  /** Whether the znode of the filler of `facts.epoch` exists; irrelevant unless the state is `filling`. */
  readonly fillerAlive: boolean;
  /** The generation of the namespace. */
  readonly generation: number;
  /** Ensemble's clock. */
  readonly now: number;
}

export type Decision =
  | { readonly do: 'take'; readonly result: FinishedResult }
  | { readonly do: 'wait' }
  | { readonly do: 'fill'; readonly takeover: boolean }
  | { readonly do: 'fail'; readonly failure: Failure };

/** @param waitedFor the epoch whose end one has waited for; its result or failure is one's own, however long ago it was */
export function decide({ facts, fillerAlive, generation, now }: Known, waitedFor?: number): Decision {
  switch (facts.state) {
    case 'absent':
      return { do: 'fill', takeover: false };
    case 'filling':
      return fillerAlive ? { do: 'wait' } : { do: 'fill', takeover: true };
    case 'ready':
      return facts.result !== null && counts(facts.result, generation, now, waitedFor)
        ? { do: 'take', result: facts.result }
        : { do: 'fill', takeover: false };
    case 'failed':
      return facts.failure !== null &&
        (facts.epoch >= (waitedFor ?? Infinity) || isRemembered(facts.failure, generation, now))
        ? { do: 'fail', failure: facts.failure }
        : { do: 'fill', takeover: false };
  }
}

/** What may be handed out although it is too old: never what was invalidated. */
export function tooOld({
  facts,
  generation,
}: Pick<Known, 'facts' | 'generation'>): FinishedResult | undefined {
  return facts.result !== null && facts.result.generation >= generation ? facts.result : undefined;
}

function counts(result: FinishedResult, generation: number, now: number, waitedFor = Infinity): boolean {
  return isFresh(result, generation, now) || (result.epoch >= waitedFor && result.generation >= generation);
}

function isRemembered(failure: Failure, generation: number, now: number): boolean {
  return failure.generation >= generation && now < failure.retryAfter;
}

export function isFresh(result: FinishedResult, generation: number, now: number): boolean {
  return result.generation >= generation && (result.expires === null || now < result.expires);
}
