/**
 * The audit notes of an environment whose repository asks for them: written after a run, when its lock is released and its
 * connections are closed, so that a slow git host holds nobody up. Never fails, since the deployment is done whatever
 * becomes of its note: what went wrong is in the report, and the next run tries again.
 */
import { EnclosureError, isEnclosureError } from '../../base/enclosure-error.ts';
import type { Environment } from '../../model/environment.ts';
import type { GitNotes } from '../../model/ports/git-repository.ts';
import type { NotesReport, NotesState } from '../../model/notes-state.ts';
import type { HistoryOptions, RunOptions } from '../../model/run-options.ts';
import type { OpenRun } from '../../sync/open/open-run.ts';
import type { EnvironmentStatus } from '../../verbs/read-status.ts';
import { type NotedHistory, readNotedHistory } from './read-noted-history.ts';
import { commitsOf, missingLines, readRecordedLines, type RecordedLine } from './recorded-line.ts';
import { writeNotes } from './write-notes.ts';

const defaultTimeoutMs = 30_000;
/** `status` is to answer within seconds. */
const statusTimeoutMs = 5_000;

/** Writes what is missing, and says what became of it; undefined where the repository is not to have notes. */
export async function keepNotes(
  environment: Environment,
  open: OpenRun,
  options: RunOptions,
): Promise<NotesReport | undefined> {
  if (environment.repository.audit?.notes !== true) return undefined;
  const started = performance.now();
  const limit = { timeoutMs: options.notesTimeoutMs ?? defaultTimeoutMs, signal: options.signal };
  let written = 0;
  const state = await stateOfNotes(environment, open, limit, async (notes, recorded, signal) => {
    written = await writeNotes(notes, recorded, signal);
    return [];
  });
  return { written, ...state, durationMs: Math.round(performance.now() - started) };
}

/** The same for `status`, which asks the remote and writes nothing. */
export async function withNotesState(
  environment: Environment,
  status: EnvironmentStatus,
  open: OpenRun,
  options: RunOptions,
): Promise<EnvironmentStatus> {
  if (environment.repository.audit?.notes !== true || status.error !== undefined) return status;
  const limit = { timeoutMs: statusTimeoutMs, signal: options.signal };
  const notes = await stateOfNotes(environment, open, limit, async (remote, recorded, signal) =>
    missingLines(
      recorded,
      await remote.read(await remote.fetchTip({ signal }), commitsOf(recorded), { signal }),
    ),
  );
  return { ...status, notes };
}

/** Works without the ensemble. */
export async function readHistoryFromNotes(
  environment: Environment,
  open: OpenRun,
  { signal, limit = Infinity }: HistoryOptions,
): Promise<NotedHistory> {
  const repository = await open.repository(signal);
  try {
    const { records, unread } = await readNotedHistory(repository.notes, environment.name, { signal });
    return { records: records.slice(0, limit), unread };
  } finally {
    await repository.close();
  }
}

type FindMissing = (
  notes: GitNotes,
  recorded: readonly RecordedLine[],
  signal: AbortSignal,
) => Promise<readonly RecordedLine[]>;

/** What is missing when `find` is done; when it fails, what the local copy does not know to be there. */
async function stateOfNotes(
  environment: Environment,
  open: OpenRun,
  limit: { readonly timeoutMs: number; readonly signal: AbortSignal | undefined },
  find: FindMissing,
): Promise<NotesState> {
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(tooSlow(environment, limit.timeoutMs)), limit.timeoutMs);
  const signal = limit.signal === undefined ? late.signal : AbortSignal.any([limit.signal, late.signal]);
  let pending: readonly RecordedLine[] | undefined;
  try {
    const recorded = await recordedLines(environment, open, signal);
    const repository = await open.repository(signal);
    try {
      const { notes } = repository;
      pending = missingLines(
        recorded,
        await notes.read(await notes.knownTip(), commitsOf(recorded), { signal }),
      );
      pending = await find(notes, recorded, signal);
    } finally {
      await repository.close();
    }
    return pendingState(pending);
  } catch (error) {
    return { ...pendingState(pending), error: asEnclosureError(error) };
  } finally {
    clearTimeout(timer);
  }
}

async function recordedLines(
  environment: Environment,
  open: OpenRun,
  signal: AbortSignal,
): Promise<RecordedLine[]> {
  const channel = await open.channel(signal);
  try {
    return await readRecordedLines(channel, environment);
  } finally {
    await channel.close();
  }
}

function pendingState(pending: readonly RecordedLine[] | undefined): NotesState {
  return { pending: pending?.length ?? null, since: pending?.at(-1)?.ended ?? null };
}

function tooSlow({ repository }: Environment, timeoutMs: number): EnclosureError {
  return new EnclosureError('fetch-timeout', 'the audit notes took too long', {
    where: repository.url,
    expected: `an end within ${timeoutMs} ms`,
    next: 'Nothing to do: the next run tries again.',
  });
}

/** A fault of ours must not fail the run either. */
function asEnclosureError(error: unknown): EnclosureError {
  if (isEnclosureError(error)) return error;
  return new EnclosureError('git-failed', 'the audit notes failed unexpectedly', { cause: error });
}
