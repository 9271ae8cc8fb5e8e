/**
 * Follows an environment for as long as one session lives: watches its state, reads each whole revision, and proposes it.
 * What is proposed, and when, in words:
 *
 * - `applied` and the tree read between two equal states: proposed.
 * - `applying`: waits; the end of the deployment changes the state.
 * - a deployment came in between: reads again, and after five times in a row waits for calm, longer each time.
 * - the connection was made again: everything is read again, whatever was watched.
 * - no state: the plain tree is followed instead, where one was named; otherwise that is an error, or, once there is a
 *   tree, a reason to look again every few seconds. What was read before stays.
 * - a read that failed: looks again, later each time.
 *
 * Ends by throwing: the session's end, or what no waiting mends while there is nothing to go on with.
 */
import { EnclosureError, isEnclosureError, throwIfAborted } from '../../base/enclosure-error.ts';
import { setTimeout as delay } from 'node:timers/promises';
import { escapeName } from '../../model/znode-path.ts';
import { statePaths } from '../../state/state-paths.ts';
import type { StateOwner } from '../../state/read-state.ts';
import type { Link } from '../../zookeeper/session/link.ts';
import { observe, type Observation } from './observe.ts';
import { UnmanagedTree } from './unmanaged-tree.ts';
import type { RevisionTree } from './revision-tree.ts';
import { LoopWaker } from '../loop-waker.ts';

export interface FollowOptions {
  readonly link: Link;
  readonly environment: StateOwner;
  /** The tree to follow where Enclosure has deployed nothing. */
  readonly znode: string | undefined;
  readonly splayMs: number;
  readonly signal: AbortSignal;
  /** What was in use when this session began. */
  readonly known: RevisionTree | undefined;
  readonly propose: (tree: RevisionTree) => void;
  readonly onProblem: (error: EnclosureError) => void;
  /** Why there is nothing to propose yet, where that is nobody's fault. */
  readonly onWaiting: (reason: EnclosureError) => void;
}

const immediateAttempts = 5;
const firstPauseMs = 100;
const longestPauseMs = 5_000;
/** Where a watch cannot tell: no state yet, or nobody but a person can mend it. */
const lookAgainMs = 2_000;

export async function follow(options: FollowOptions): Promise<never> {
  const { link, environment, signal } = options;
  const wake = new LoopWaker();
  const plain =
    options.znode === undefined ? undefined : new UnmanagedTree(environment.name, options.znode, wake);
  let { known } = options;
  let continuous = false;
  let armed = false;
  let troubles = 0;
  let pauseMs: number | undefined = 0;
  const forget = link.session.onReconnect(() => {
    continuous = false;
    wake.set();
  });
  try {
    for (;;) {
      await wake.wait(signal, pauseMs);
      throwIfAborted(signal);
      if (!armed) await arm();
      if (continuous && options.splayMs > 0) {
        await delay(Math.random() * options.splayMs, undefined, { signal }).catch(() => undefined);
      }
      try {
        pauseMs = handle(await look());
      } catch (error) {
        throwIfAborted(signal);
        if (!isEnclosureError(error)) throw error;
        if (known === undefined && !error.retryable) throw error;
        options.onProblem(error);
        continuous = false;
        troubles += 1;
        pauseMs = error.retryable ? pause(troubles) : lookAgainMs;
      }
    }
  } finally {
    forget();
  }

  /** Leaves it as it is where there is no state znode to watch. */
  async function arm(): Promise<void> {
    const watched = await link.session.watch(statePaths(environment).state);
    if (watched === undefined) return;
    // Before it is waited for: it may have fired already.
    armed = true;
    void fire(watched.fired);
  }

  async function fire(fired: Promise<void>): Promise<void> {
    await fired;
    armed = false;
    wake.set();
  }

  async function look(): Promise<Observation> {
    const channel = await link.channel();
    const seen = await observe(channel, environment, { tree: known, continuous }, signal);
    return seen.kind === 'unmanaged' && plain !== undefined
      ? await plain.observe(channel, known, signal)
      : seen;
  }

  /** Returns how long to wait at most before looking again; undefined where only a watch tells. */
  function handle(seen: Observation): number | undefined {
    if (seen.kind === 'moved') {
      troubles += 1;
      return troubles < immediateAttempts ? 0 : pause(troubles - immediateAttempts);
    }
    troubles = 0;
    if (seen.kind === 'whole') {
      known = seen.tree;
      continuous = true;
      options.propose(known);
      return armed && seen.watched !== false ? undefined : lookAgainMs;
    }
    if (seen.kind === 'unmanaged' && known === undefined) throw unmanaged(environment);
    if (seen.kind === 'unmanaged') options.onProblem(unmanaged(environment));
    else options.onWaiting(underWay(environment));
    return armed ? undefined : lookAgainMs;
  }
}

function pause(times: number): number {
  return Math.min(firstPauseMs * 2 ** times, longestPauseMs);
}

export function unmanaged(environment: StateOwner): EnclosureError {
  return new EnclosureError('environment-unmanaged', 'Enclosure has deployed no such environment', {
    where: escapeName(statePaths(environment).state),
    expected: 'the state that a deployment writes',
    found: 'none',
    next: 'Check the name, the state root and the chroot, or deploy it with "enclosure sync". To follow a tree that Enclosure does not manage, name its znode.',
  });
}

/** No more than a reason to wait, unless the waiting ends. */
export function underWay(environment: StateOwner): EnclosureError {
  return new EnclosureError('tree-incomplete', 'the tree holds no whole revision', {
    where: escapeName(statePaths(environment).state),
    expected: 'the phase "applied"',
    found: '"applying": a deployment is under way, or one died half-way',
    next: `Look at "enclosure status ${environment.name}"; the next sync finishes what died.`,
  });
}
