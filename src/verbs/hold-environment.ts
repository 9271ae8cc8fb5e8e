/** Holds an environment, and lifts a hold: under the environment's lock, so that no deployment is under way meanwhile. */
import { openTogether } from '../base/open-together.ts';
import type { Environment } from '../model/environment.ts';
import type { Hold, HoldWish } from '../model/hold.ts';
import type { Holder } from '../model/holder.ts';
import type { RunOptions } from '../model/run-options.ts';
import type { SyncRequest } from '../model/sync/sync-request.ts';
import { prepareHoldOperations } from '../state/hold-operations.ts';
import { readHold } from '../state/read-hold.ts';
import { readState } from '../state/read-state.ts';
import { type FencedParts, writeFenced } from '../sync/apply/write-fenced.ts';
import { preparePlacing } from '../sync/hold/prepare-placing.ts';
import { holderOf, withLock } from '../sync/lock/take-lock.ts';
import type { OpenRun } from '../sync/open/open-run.ts';

export type ResumeRequest = Pick<SyncRequest, 'environment' | 'actor' | 'why'>;

export async function holdEnvironment(
  environment: Environment,
  wish: HoldWish,
  open: OpenRun,
  options: RunOptions,
): Promise<Hold> {
  const holder = holderOf({ actor: wish.who, reason: 'hold' });
  return await underLock(environment, holder, open, options, async (parts) => {
    const { state } = await readState(parts.channel, environment);
    const place = await preparePlacing(parts.channel, environment, wish, state);
    const { hold, alone } = place({ revision: state?.revision ?? 0, commit: state?.commit ?? null });
    await writeFenced(parts, alone);
    return hold;
  });
}

/** What was lifted, also when its time had passed; null where there was nothing to lift, and then nothing is written. */
export async function resumeEnvironment(
  environment: Environment,
  { actor, why }: ResumeRequest,
  open: OpenRun,
  options: RunOptions,
): Promise<Hold | null> {
  const holder = holderOf({ actor, reason: 'resume' });
  return await underLock(environment, holder, open, options, async (parts) => {
    const stored = await readHold(parts.channel, environment);
    if (stored.hold === undefined) return null;
    const { state } = await readState(parts.channel, environment);
    const { write, room } = await prepareHoldOperations(parts.channel, environment, stored);
    const lifting = write({
      format: 1,
      kind: 'resume',
      environment: environment.name,
      revision: state?.revision ?? 0,
      who: actor,
      why: why ?? null,
      until: null,
      time: new Date(stored.lockWritten).toISOString(),
    });
    await writeFenced(parts, [...lifting, ...room]);
    return stored.hold;
  });
}

async function underLock<T>(
  environment: Environment,
  holder: Holder,
  open: OpenRun,
  options: RunOptions,
  act: (parts: FencedParts) => Promise<T>,
): Promise<T> {
  const [channel, session] = await openTogether(open.channel(options.signal), open.session(options.signal));
  try {
    return await withLock(environment, holder, { channel, session }, options, (held) =>
      act({ ...held, channel, open }),
    );
  } finally {
    // The session last: with it goes whatever is left of the lock.
    await channel.close();
    await session.close();
  }
}
