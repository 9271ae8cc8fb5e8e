/**
 * Waits until the members of an environment run a revision, as a deployment pipeline does for its receipts. Ends as soon as
 * enough of them do, as soon as rejections have made that impossible, or at its deadline.
 *
 * Fails when the signal fires, as observe-members.ts does, and at its deadline where nothing could be read at all.
 */
import { EnclosureError, abortedError, throwIfAborted } from '../../base/enclosure-error.ts';
import { statePaths } from '../../state/state-paths.ts';
import type { StateOwner } from '../../state/read-state.ts';
import { judgeMembers, type AwaitedTarget, type Judgement, type LeastMembers } from './judge-members.ts';
import { observeMembers, type ObservedMembers, type OpenChannel } from './observe-members.ts';

export interface AwaitOptions {
  readonly target: AwaitedTarget;
  readonly min: LeastMembers;
  /** For everything together, connecting included. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
  /** Called after every look. */
  readonly onProgress?: (seen: SeenMembers) => void;
}

export interface SeenMembers extends ObservedMembers, Judgement {}

export interface AwaitedMembers extends SeenMembers {
  readonly reached: boolean;
  /** `rejected`: too many refused it. `timeout`: what is here is what was seen last. */
  readonly why: 'reached' | 'rejected' | 'timeout';
}

/** A longer timer fires at once. */
const longestTimer = 2 ** 31 - 1;

const reasons = { reached: 'reached', impossible: 'rejected', waiting: 'timeout' } as const;

export async function awaitMembers(
  open: OpenChannel,
  environment: StateOwner,
  options: AwaitOptions,
): Promise<AwaitedMembers> {
  const { target, min, timeoutMs, signal } = options;
  throwIfAborted(signal);
  const deadline = new AbortController();
  const timer = setTimeout(() => deadline.abort(), Math.min(timeoutMs, longestTimer));
  const stop = AbortSignal.any([deadline.signal, ...(signal === undefined ? [] : [signal])]);
  let seen: SeenMembers | undefined;
  let problem: unknown;
  const onProblem = (error: unknown): void => void (problem = error);
  try {
    for await (const found of observeMembers(open, environment, { target, signal: stop, onProblem })) {
      seen = { ...found, ...judgeMembers(found.members, target, found.revision, min) };
      options.onProgress?.(seen);
      if (seen.verdict !== 'waiting') break;
    }
  } finally {
    clearTimeout(timer);
  }
  if (signal?.aborted === true) throw abortedError(signal);
  if (seen === undefined) throw neverRead(environment, timeoutMs, problem);
  return { ...seen, reached: seen.verdict === 'reached', why: reasons[seen.verdict] };
}

function neverRead(environment: StateOwner, timeoutMs: number, problem: unknown): unknown {
  if (problem !== undefined) return problem;
  return new EnclosureError('zookeeper-unreachable', 'the members could not be read in time', {
    where: statePaths(environment).members,
    expected: `an answer within ${timeoutMs} ms`,
    next: 'Give it more time, and check that the ensemble can be reached.',
  });
}
