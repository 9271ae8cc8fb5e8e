/**
 * Brings what is missing into the audit notes. Others write the same ref at the same time, for other environments and
 * from other machines: whoever was overtaken reads again and adds to that, a bounded number of times.
 *
 * Fails as git does; what is missing then is still missing, and the next run finds it again.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { abortedError, EnclosureError } from '../../base/enclosure-error.ts';
import type { GitNotes } from '../../model/ports/git-repository.ts';
import { withLines } from './note-line.ts';
import { commitsOf, missingLines, type RecordedLine } from './recorded-line.ts';

/** Of writers that push at the same moment one succeeds, so this many may meet. */
const maxAttempts = 12;
const longestPauseMs = 400;

/** Returns how many records got their note; 0 without asking the remote where all of them are known to have one. */
export async function writeNotes(
  notes: GitNotes,
  recorded: readonly RecordedLine[],
  signal: AbortSignal,
): Promise<number> {
  const commits = commitsOf(recorded);
  const known = await notes.read(await notes.knownTip(), commits, { signal });
  if (missingLines(recorded, known).length === 0) return 0;
  for (let attempt = 1; attempt <= maxAttempts; attempt += 1) {
    const tip = await notes.fetchTip({ signal });
    const there = await notes.read(tip, commits, { signal });
    const missing = missingLines(recorded, there);
    if (missing.length === 0) return 0;
    if (await notes.push(tip, extended(there, missing), { signal })) return missing.length;
    await pause(signal);
  }
  throw new EnclosureError('git-failed', 'others kept writing the audit notes', {
    expected: `to be the first once in ${maxAttempts} attempts`,
    next: 'Nothing to do: the next run tries again.',
  });
}

/** The notes that change, with what they say then. */
function extended(
  notes: ReadonlyMap<string, string>,
  missing: readonly RecordedLine[],
): ReadonlyMap<string, string> {
  const changed = new Map<string, string>();
  // The oldest first, as they were deployed.
  for (const { commit, line } of missing.toReversed()) {
    changed.set(commit, withLines(changed.get(commit) ?? notes.get(commit) ?? '', [line]));
  }
  return changed;
}

/** By chance, so that those who met part. */
async function pause(signal: AbortSignal): Promise<void> {
  try {
    await delay(Math.random() * longestPauseMs, undefined, { signal });
  } catch {
    throw abortedError(signal);
  }
}
