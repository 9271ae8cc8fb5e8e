/**
 * Ends a fill: with a result, with a failure, or without a trace. One transaction deletes the filler's znode and writes the
 * state over what the claim wrote. So it is refused to a filler whose session has ended, and to one whose key or generation
 * was invalidated meanwhile: a process that was frozen and thawed publishes nothing.
 */
import { TransactionFailed } from '../../zookeeper/wire/connection-lost.ts';
import type { Operation } from '../../model/ports/channel.ts';
import type { Claim } from './claim.ts';
import { formatEntry, parseEntry, type EntryFacts, type FinishedResult } from './parse-entry.ts';

/** What was published; undefined where the claim was not good any more. */
export async function publishResult(
  claim: Claim,
  finished: Pick<FinishedResult, 'count' | 'bytes' | 'digest'>,
  ttl: number | undefined,
): Promise<FinishedResult | undefined> {
  const { session, facts, filling, namespace } = claim;
  const expires = ttl === undefined ? null : session.now() + ttl;
  const { epoch } = facts;
  const { count, bytes, digest } = finished;
  const { generation } = namespace;
  const result = { epoch, token: filling.token, count, bytes, digest, expires, generation };
  const next: EntryFacts = { ...facts, state: 'ready', filling: null, result };
  const path = namespaceOf(claim);
  const done = await endFill(claim, next, [{ op: 'check', path, version: namespace.version }]);
  return done ? result : undefined;
}

/** False if the claim no longer held: then another process decides about the key. */
export async function publishFailure(claim: Claim, name: string, negativeTtl: number): Promise<boolean> {
  const { generation } = claim.namespace;
  const failure = { class: name, retryAfter: claim.session.now() + negativeTtl, generation };
  return await endFill(claim, { ...claim.facts, state: 'failed', filling: null, failure }, []);
}

/** Makes way for the next filler, unless another process has already decided about the key. */
export async function giveUp(claim: Claim): Promise<void> {
  const { session, paths, facts, filling } = claim;
  await endFill(claim, { ...facts, state: 'absent', filling: null }, []);
  // Where somebody else decided it is still there.
  await session.link.session.delete(paths.filler(facts.epoch, filling.token));
}

async function endFill(claim: Claim, next: EntryFacts, checks: readonly Operation[]): Promise<boolean> {
  const { session, paths, facts, filling } = claim;
  const { session: zookeeper } = session.link;
  return await session.ask(async (channel) => {
    for (;;) {
      // By the token and not by the version of the claim, which changes when the entry is merely touched. It also shows
      // whether an earlier try was carried out although its reply was lost.
      await zookeeper.sync(paths.entry);
      const found = await zookeeper.getData(paths.entry);
      const stored = found === undefined ? undefined : parseEntry(found.data, paths.entry);
      if (found === undefined || stored?.filling?.token !== filling.token) return isSame(stored, next);
      try {
        const results = await channel.multi([
          ...checks,
          { op: 'delete', path: paths.filler(facts.epoch, filling.token), version: 0 },
          { op: 'setData', path: paths.entry, data: formatEntry(next), version: found.stat.version },
        ]);
        const set = results.at(-1);
        if (set?.op === 'setData') session.setClock(set.stat.mtime);
        return true;
      } catch (error) {
        if (!(error instanceof TransactionFailed) || !error.retryable) throw error;
        if (error.operation.path !== paths.entry) return false;
      }
    }
  });
}

/** Whether a transaction whose reply was lost was carried out after all. */
function isSame(stored: EntryFacts | undefined, next: EntryFacts): boolean {
  return (
    stored !== undefined &&
    stored.epoch === next.epoch &&
    stored.state === next.state &&
    stored.result?.token === next.result?.token &&
    stored.failure?.retryAfter === next.failure?.retryAfter
  );
}

function namespaceOf({ paths }: Claim): string {
  return paths.entry.slice(0, paths.entry.lastIndexOf('/'));
}
