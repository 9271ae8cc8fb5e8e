/**
 * What a run does while it holds the lock. A znode that changed between comparison and write makes the plan anew, in
 * full: what was met was not what the applied commit promised.
 */
import { isEnclosureError } from '../base/enclosure-error.ts';
import type { Channel } from '../model/channel.ts';
import type { DeploymentRecord } from '../model/deployment-record.ts';
import type { Environment } from '../model/environment.ts';
import type { HoldWish } from '../model/hold.ts';
import type { Plan } from '../model/plan.ts';
import type { RunOptions } from '../model/run-options.ts';
import type { SyncReport } from '../model/sync-report.ts';
import type { SyncRequest } from '../model/sync-request.ts';
import type { Outcome } from '../model/sync-result.ts';
import { claimRoot } from '../state/claim-root.ts';
import { countSteps } from '../state/make-record.ts';
import { mappingDigest, mappingOf } from '../state/mapping-digest.ts';
import { readState, type StoredState } from '../state/read-state.ts';
import { deploy } from './apply/deploy.ts';
import { FencedWriter } from './apply/fenced-writer.ts';
import { writeFenced } from './apply/write-fenced.ts';
import { meetHold } from './hold/meet-hold.ts';
import { preparePlacing } from './hold/prepare-placing.ts';
import type { Lock } from './lock/lock.ts';
import { asLockLost } from './lock/take-lock.ts';
import type { FetchAhead } from './open/fetch-ahead.ts';
import type { OpenRun } from './open/open-run.ts';
import { makePlan } from './plan/make-plan.ts';
import { type Aim, takeAim } from './target/resolve-target.ts';

/** How often a plan is made before a run gives up against somebody who keeps changing the same znodes. */
const maxAttempts = 4;
/** The same while it claims its root znode: every other environment that does so at that moment may come first. */
const maxClaims = 30;

export interface LockedRun {
  readonly environment: Environment;
  readonly request: SyncRequest;
  readonly open: OpenRun;
  readonly options: RunOptions;
  readonly channel: Channel;
  readonly fetching: FetchAhead;
  readonly lock: Lock;
  /** When the run began, milliseconds since 1970. */
  readonly started: number;
  /** What to hold the environment with, once the request is applied. */
  readonly hold?: HoldWish;
}

export async function syncUnderLock(run: LockedRun): Promise<SyncReport> {
  const { environment, options, lock, open } = run;
  const { repository } = run.fetching;
  const signal = options.signal === undefined ? lock.lost : AbortSignal.any([options.signal, lock.lost]);
  let { channel, request } = run;
  try {
    const held = await meetHold(channel, environment, request, run.started);
    if (held !== undefined) return held;
    options.onProgress?.({ phase: 'fetch', done: 0, total: 0 });
    let aim: Aim | undefined;
    for (let attempt = 1; ; attempt += 1) {
      const stored = await readState(channel, environment);
      aim = await takeAim({ ...run, request, channel, signal }, stored.state?.commit, aim?.commit);
      options.onProgress?.({ phase: 'compare', done: 0, total: 0 });
      // Before the plan, whose guard looks at the other environments' states.
      const claim = await claimRoot(channel, environment, stored.state);
      const place = run.hold && (await preparePlacing(channel, environment, run.hold, stored.state));
      const progress = options.onProgress && { onProgress: options.onProgress };
      const input = { environment, repository, channel, state: stored.state, signal, ...aim, ...progress };
      const plan = await makePlan({ ...input, request });
      if (plan.refusals.length > 0) return report('refused', plan, stored, run.started);
      if (isSettled(plan, stored, environment)) {
        const unchanged = report('unchanged', plan, stored, run.started);
        const placed = place?.(unchanged.result);
        if (placed === undefined) return unchanged;
        await writeFenced({ channel, lock, open, signal }, placed.alone);
        return { ...unchanged, hold: placed.hold };
      }

      options.onProgress?.({ phase: 'apply', done: 0, total: plan.steps.length });
      const writer = writerFor(run, channel, plan, signal);
      try {
        const record = await deploy({
          ...input,
          request,
          plan,
          stored,
          claim,
          writer,
          started: new Date(run.started).toISOString(),
          ...(place && { alongside: (applied) => place(applied).withDeployment }),
        });
        const applied = report('applied', plan, stored, run.started, record);
        return { ...applied, ...(place && { hold: place(record).hold }) };
      } catch (error) {
        await writer.quiesce();
        const last = claim.length > 0 ? maxClaims : maxAttempts;
        if (attempt >= last || !isEnclosureError(error, 'conflict')) throw error;
        await lock.fence.landed(writer.channel);
        request = { ...request, full: true };
      } finally {
        channel = writer.channel;
      }
    }
  } catch (error) {
    throw asLockLost(error, lock);
  } finally {
    if (channel !== run.channel) await channel.close();
  }
}

function writerFor(run: LockedRun, channel: Channel, plan: Plan, signal: AbortSignal): FencedWriter {
  const total = plan.steps.length;
  return new FencedWriter({
    channel,
    fence: run.lock.fence,
    reconnect: () => run.open.channel(signal),
    total,
    onLanded: (done) => run.options.onProgress?.({ phase: 'apply', done, total }),
    signal,
  });
}

/** Nothing to write: the tree is as it should be, and state and history say so. */
function isSettled(plan: Plan, { state }: StoredState, environment: Environment): boolean {
  return (
    plan.steps.length === 0 &&
    plan.landed.length === 0 &&
    state?.phase === 'applied' &&
    state.znode === environment.znode &&
    state.mappingDigest === mappingDigest(mappingOf(environment), environment.znode)
  );
}

function report(
  outcome: Outcome,
  plan: Plan,
  { state }: StoredState,
  started: number,
  record?: DeploymentRecord,
): SyncReport {
  const applied = outcome === 'applied';
  const counts = countSteps(plan);
  return {
    plan,
    result: {
      environment: plan.environment,
      outcome,
      revision: record?.revision ?? state?.revision ?? 0,
      commit: applied ? plan.commit : (state?.commit ?? null),
      previousCommit: applied ? (plan.previousCommit ?? null) : (state?.commit ?? null),
      counts: applied ? counts : { created: 0, updated: 0, deleted: 0, unchanged: counts.unchanged },
      transactions: record?.transactions ?? 0,
      durationMs: Date.now() - started,
    },
  };
}
