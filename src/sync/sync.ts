/**
 * A push on one page, from the request to the deployment record. Its steps are the folders beside it, in this order: `open`,
 * `lock`, `hold`, `target`, `desired`, `plan`, `apply`. What is said of it afterwards is `report`'s.
 *
 * Ends `applied`, `unchanged`, `refused` or `held`; everything else is thrown. What has landed then stays, the state says
 * `applying`, and the next run goes on from there. A znode that changed between comparison and write has the plan made
 * again, in full: what was met was not what the applied commit promised.
 */
import { isEnclosureError } from '../base/enclosure-error.ts';
import type { Environment } from '../model/environment.ts';
import type { HoldWish } from '../model/hold.ts';
import type { Plan } from '../model/plan.ts';
import type { Channel } from '../model/ports/channel.ts';
import type { RunOptions } from '../model/run-options.ts';
import type { SyncReport } from '../model/sync/sync-report.ts';
import type { SyncRequest } from '../model/sync/sync-request.ts';
import { claimRoot } from '../state/claim-root.ts';
import { isSettled } from '../state/mapping-digest.ts';
import { readState } from '../state/read-state.ts';
import { deploy } from './apply/deploy.ts';
import { FencedWriter } from './apply/fenced-writer.ts';
import { writeFenced } from './apply/write-fenced.ts';
import { contentsOf } from './desired/contents-of.ts';
import { meetHold } from './hold/meet-hold.ts';
import { preparePlacing } from './hold/prepare-placing.ts';
import { type HeldLock, holderOf, withLock } from './lock/take-lock.ts';
import type { OpenRun } from './open/open-run.ts';
import { type OpenedSync, openSync } from './open/opened-sync.ts';
import { makePlan } from './plan/make-plan.ts';
import { reportOf } from './report-of.ts';
import { takeTarget } from './target/resolve-target.ts';

/** How often a plan is made before a run gives up against somebody who keeps changing the same znodes. */
const maxAttempts = 4;
/** The same while it claims its root znode: every other environment that does so at that moment may come first. */
const maxClaims = 30;

interface Run {
  readonly environment: Environment;
  readonly open: OpenRun;
  readonly options: RunOptions;
  readonly opened: OpenedSync;
  readonly held: HeldLock;
  /** When the run began, milliseconds since 1970. */
  readonly started: number;
  readonly hold: HoldWish | undefined;
}

/** What is known before a plan is made; from the second attempt on, by the one before it. */
interface Attempt {
  readonly number: number;
  readonly request: SyncRequest;
  /** A run leads to one commit, however often its plan is made. */
  readonly commit?: string;
}

/** @param hold what to hold the environment with, once the request is applied */
export async function sync(
  environment: Environment,
  request: SyncRequest,
  open: OpenRun,
  options: RunOptions,
  hold?: HoldWish,
): Promise<SyncReport> {
  const started = Date.now();
  options.onProgress?.({ phase: 'connect', done: 0, total: 0 });
  const opened = await openSync(environment, request, open, options.signal);
  const act = async (held: HeldLock): Promise<SyncReport> => {
    const frozen = await meetHold(opened.channel, environment, request, started);
    if (frozen !== undefined) return frozen;
    options.onProgress?.({ phase: 'fetch', done: 0, total: 0 });
    return await attempt({ environment, open, options, opened, held, started, hold }, { number: 1, request });
  };
  try {
    return await withLock(environment, holderOf(request), opened, options, act, () =>
      opened.fetching.discard(),
    );
  } finally {
    await opened.close();
  }
}

async function attempt(run: Run, { number, request, commit }: Attempt): Promise<SyncReport> {
  const { environment, options, opened, held, started } = run;
  const { channel, fetching } = opened;
  const { repository } = fetching;
  const { signal } = held;
  const stored = await readState(channel, environment);
  const subject = { environment, request, repository, channel, fetching, signal };
  const target = await takeTarget(subject, stored.state?.commit, commit);
  options.onProgress?.({ phase: 'compare', done: 0, total: 0 });
  // Before the plan, whose guard looks at the other environments' states.
  const claim = await claimRoot(channel, environment, stored.state);
  const place = run.hold && (await preparePlacing(channel, environment, run.hold, stored.state));
  const progress = options.onProgress && { onProgress: options.onProgress };
  const plan = await makePlan({ ...subject, ...target, ...progress, state: stored.state });
  if (plan.refusals.length > 0) return reportOf('refused', plan, stored, started);
  if (isSettled(plan, stored.state, environment)) {
    const unchanged = reportOf('unchanged', plan, stored, started);
    const placed = place?.(unchanged.result);
    if (placed === undefined) return unchanged;
    await writeFenced({ channel, lock: held.lock, open: run.open, signal }, placed.alone);
    return { ...unchanged, hold: placed.hold };
  }

  options.onProgress?.({ phase: 'apply', done: 0, total: plan.steps.length });
  const writer = writerFor(run, channel, plan);
  try {
    const record = await deploy({
      ...subject,
      contents: contentsOf(repository),
      ...target,
      plan,
      stored,
      claim,
      writer,
      started: new Date(started).toISOString(),
      ...(place && { alongside: (applied) => place(applied).withDeployment }),
    });
    const applied = reportOf('applied', plan, stored, started, record);
    return { ...applied, ...(place && { hold: place(record).hold }) };
  } catch (error) {
    await writer.quiesce();
    const last = claim.length > 0 ? maxClaims : maxAttempts;
    if (number >= last || !isEnclosureError(error, 'conflict')) throw error;
    await held.lock.fence.landed(writer.channel);
  } finally {
    opened.goOnWith(writer.channel);
  }
  return await attempt(run, {
    number: number + 1,
    request: { ...request, full: true },
    commit: target.commit,
  });
}

function writerFor({ open, options, held }: Run, channel: Channel, plan: Plan): FencedWriter {
  const total = plan.steps.length;
  return new FencedWriter({
    channel,
    fence: held.lock.fence,
    reconnect: () => open.channel(held.signal),
    total,
    onLanded: (done) => options.onProgress?.({ phase: 'apply', done, total }),
    signal: held.signal,
  });
}
