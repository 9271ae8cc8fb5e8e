/**
 * Makes the hold that somebody asks for, as the lock's holder: it begins by the servers' clock, and a length of time counts
 * from there. Writing it is the caller's, in a transaction under the fence. Fails with `usage-invalid` where its end has
 * passed already.
 */
import { EnclosureError } from '../../base/enclosure-error.ts';
import type { Channel, Operation } from '../../model/ports/channel.ts';
import type { Environment } from '../../model/environment.ts';
import type { HeldRollback, Hold, HoldEnd, HoldWish } from '../../model/hold.ts';
import type { State } from '../../model/state.ts';
import { prepareHoldOperations } from '../../state/hold-operations.ts';
import { readHold } from '../../state/read-hold.ts';

export interface PlacedHold {
  readonly hold: Hold;
  /** For the transaction that records a deployment. */
  readonly withDeployment: readonly Operation[];
  /** For a transaction of its own. */
  readonly alone: readonly Operation[];
}

/** What is applied when the hold is written. */
export interface Applied {
  readonly revision: number;
  readonly commit: string | null;
}

/** @param state what is applied before: a hold that comes with another revision is that of a rollback */
export async function preparePlacing(
  channel: Channel,
  environment: Environment,
  wish: HoldWish,
  state: State | undefined,
): Promise<(applied: Applied) => PlacedHold> {
  const stored = await readHold(channel, environment);
  const { write, room } = await prepareHoldOperations(channel, environment, stored);
  const now = stored.lockWritten;
  const until = endOf(wish.until, now);
  const facts = { format: 1, environment: environment.name, who: wish.who, why: wish.why ?? null } as const;
  const since = new Date(now).toISOString();
  return (applied) => {
    const rollback = rollbackBetween(state, applied) ?? keptRollback(stored.hold, applied);
    const hold: Hold = { ...facts, since, until, rollback };
    const { revision } = applied;
    const withDeployment = write({ ...facts, kind: 'hold', revision, until, time: since }, hold);
    return { hold, withDeployment, alone: [...withDeployment, ...room] };
  };
}

function endOf(end: HoldEnd | undefined, now: number): string | null {
  if (end === undefined) return null;
  if ('afterMs' in end) return new Date(now + end.afterMs).toISOString();
  const time = new Date(end.time);
  if (time.getTime() > now) return time.toISOString();
  throw new EnclosureError('usage-invalid', 'the end of the hold has passed already', {
    expected: `a time after ${new Date(now).toISOString()}, which it is for the ensemble`,
    found: end.time,
  });
}

function rollbackBetween(state: State | undefined, to: Applied): HeldRollback | null {
  if (state === undefined || state.commit === null || to.commit === null) return null;
  if (state.revision === to.revision) return null;
  const from = { revision: state.revision, commit: state.commit };
  return { from, to: { revision: to.revision, commit: to.commit } };
}

/** Holding on after a rollback does not forget what was rolled back from. */
function keptRollback(hold: Hold | undefined, { revision }: Applied): HeldRollback | null {
  return hold?.rollback?.to.revision === revision ? hold.rollback : null;
}
