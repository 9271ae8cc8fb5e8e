/**
 * One round on one repository: everyone loads it, looks at it unchanged, follows one change after another. Contestants take
 * turns within each activity, and every tree is compared with git after each.
 */
import { measureCeiling } from '../ceiling/measure-ceiling.ts';
import { readSeconds } from './read-seconds.ts';
import { runProcess } from './run-process.ts';
import {
  changesPerRound,
  hasCeiling,
  isCheapChange,
  isDue,
  rotate,
  type Task,
  type Tasks,
} from './schedule.ts';
import type { Stage } from './stage.ts';
import { activities, type Activity, type Subject, type WorkloadId } from './subjects.ts';
import type { Command, Track } from './track.ts';
import { deleteTree, walkTree } from './walk-tree.ts';
import { WriteSpan } from './write-span.ts';

export interface ScheduledTrack {
  readonly track: Track;
  readonly tasks: Tasks;
}

export interface Round {
  readonly number: number;
  readonly workload: WorkloadId;
  readonly files: number;
  readonly tracks: readonly ScheduledTrack[];
  /** Follows the changes of one file on a small repository, beside the others. */
  readonly small?: Track;
}

const attempts = 4;

export async function runRound(stage: Stage, round: Round): Promise<void> {
  const everyone = [...round.tracks.map(({ track }) => track), ...(round.small ? [round.small] : [])];
  for (const { repository } of everyone) await repository.reset();
  await load(stage, round);
  await lookAgain(stage, round);
  await changeOneFile(stage, round);
  await changeHundredFiles(stage, round);
  // After a failure the whole server goes: cleaning up on it could only hide what went wrong.
  for (const track of everyone) await track.remove(stage.channel);
}

async function load(stage: Stage, round: Round): Promise<void> {
  const turns = [...due(stage, round, 'load'), ...(hasCeiling(round.workload) ? [undefined] : [])];
  for (const track of rotate(turns, round.number)) {
    if (track === undefined) await measureServer(stage, round);
    else await loadOne(stage, track);
  }
  if (round.small !== undefined) {
    await runProcess(round.small.update);
    await stage.check(round.small, activities.load.title);
  }
}

async function loadOne(stage: Stage, track: Track): Promise<void> {
  const subject = subjectOf(track, 'load');
  const rate = subjectOf(track, 'write-rate');
  const hasRate = track.contestant === 'enclosure' && hasCeiling(track.workload);
  const subjects = hasRate ? [subject, rate] : [subject];
  const run = await stage.measure(
    subjects,
    () => runProcess(track.update, { watchMemory: true }),
    () => track.remove(stage.channel),
  );
  const { span, problem } = await stage.check(track, activities.load.title);
  if (run === undefined || problem !== undefined) return;
  stage.record(subject, run.seconds, run.peakMiB);
  if (hasRate && span.znodesPerSecond !== undefined) {
    stage.record(rate, span.znodesPerSecond);
  }
}

async function measureServer(stage: Stage, { workload, files }: Round): Promise<void> {
  const root = `/ceiling-${workload}`;
  const rate = (activity: Activity, contestant: 'ceiling' | 'ceiling-socket'): Subject => ({
    activity,
    workload,
    contestant,
  });
  const [writing, writingBySocket, reading] = [
    rate('write-rate', 'ceiling'),
    rate('write-rate', 'ceiling-socket'),
    rate('read-rate', 'ceiling'),
  ];
  const ceiling = await stage.measure(
    [writing, writingBySocket, reading],
    () => measureCeiling(stage.parts.connect, { files, root }),
    () => deleteTree(stage.channel, root),
  );
  const span = new WriteSpan();
  await walkTree(stage.channel, root, (relative, _data, stat) => {
    if (relative !== '') span.add(stat);
  });
  await deleteTree(stage.channel, root);
  if (ceiling === undefined) return;
  if (span.znodesPerSecond !== undefined) stage.record(writing, span.znodesPerSecond);
  stage.record(writingBySocket, ceiling.createsPerSecond);
  stage.record(reading, ceiling.readsPerSecond);
}

async function lookAgain(stage: Stage, round: Round): Promise<void> {
  for (const track of rotate(due(stage, round, 'nothing'), round.number)) {
    const subject = subjectOf(track, 'nothing');
    const run = await stage.measure([subject], () => runProcess(track.update));
    const { problem } = await stage.check(track, activities.nothing.title);
    if (run !== undefined && problem === undefined) stage.record(subject, run.seconds);
  }
  for (const track of due(stage, round, 'verify')) await verify(stage, track);
}

async function verify(stage: Stage, track: Track): Promise<void> {
  const command = track.verify;
  if (command === undefined) throw new Error(`${track.contestant} has no command that verifies`);
  const [subject, rate] = [subjectOf(track, 'verify'), subjectOf(track, 'read-rate')];
  const hasRate = hasCeiling(track.workload);
  const subjects = hasRate ? [subject, rate] : [subject];
  const run = await stage.measure(subjects, () => runProcess(command));
  const { znodes, problem } = await stage.check(track, activities.verify.title);
  if (run === undefined || problem !== undefined) return;
  stage.record(subject, run.seconds);
  if (hasRate) stage.record(rate, znodes / readSeconds(run.stderr));
}

async function changeOneFile(stage: Stage, round: Round): Promise<void> {
  const tracks = [...due(stage, round, 'one'), ...(round.small ? [round.small] : [])];
  for (let step = 0; step < changesPerRound; step += 1) {
    const taking = tracks.filter(({ contestant }) => step === 0 || isCheapChange(contestant));
    await change(stage, rotate(taking, round.number + step), 'one', ({ update }) => update);
  }
  const fetchers = due(stage, round, 'one').filter(({ fetch }) => fetch !== undefined);
  for (let step = 0; step < changesPerRound && fetchers.length > 0; step += 1) {
    await change(stage, fetchers, 'one-fetched', ({ update, updateFetched = update }) => updateFetched);
  }
}

async function changeHundredFiles(stage: Stage, round: Round): Promise<void> {
  const tracks = due(stage, round, 'hundred');
  // Those who sat out the last changes catch up first.
  for (const track of tracks) await runProcess(track.update);
  await change(stage, rotate(tracks, round.number), 'hundred', ({ update }) => update);
}

/**
 * Moves the repositories on and has everyone follow. A disturbed measurement is repeated on the next commit, which
 * everyone follows again, so that nobody has more to do than the others.
 */
async function change(
  stage: Stage,
  tracks: readonly Track[],
  activity: 'one' | 'one-fetched' | 'hundred',
  command: (track: Track) => Command,
): Promise<void> {
  const pending = new Set(tracks);
  for (let attempt = 1; attempt <= attempts && pending.size > 0; attempt += 1) {
    if (attempt > 1) await stage.settle();
    for (const repository of new Set(tracks.map((track) => track.repository))) {
      await (activity === 'hundred' ? repository.changeHundredFiles() : repository.changeOneFile());
    }
    for (const track of tracks) {
      if (stage.recorder.isOut(track.contestant)) pending.delete(track);
      else if (pending.has(track) || isCheapChange(track.contestant)) {
        await followChange(stage, { track, activity, command, pending, last: attempt === attempts });
      }
    }
  }
}

async function followChange(
  stage: Stage,
  {
    track,
    activity,
    command,
    pending,
    last,
  }: {
    readonly track: Track;
    readonly activity: 'one' | 'one-fetched' | 'hundred';
    readonly command: (track: Track) => Command;
    readonly pending: Set<Track>;
    readonly last: boolean;
  },
): Promise<void> {
  const subject = subjectOf(track, activity);
  if (activity === 'one-fetched' && track.fetch !== undefined) await runProcess(track.fetch);
  const { value, disturbed } = await stage.watch(() => runProcess(command(track)));
  const { problem } = await stage.check(track, activities[activity].title);
  if (!pending.has(track)) return;
  if (disturbed && stage.judges) {
    stage.noteDisturbed(subject, 1, last);
    return;
  }
  pending.delete(track);
  if (problem === undefined) stage.record(subject, value.seconds);
}

function due(stage: Stage, round: Round, task: Task): Track[] {
  return round.tracks
    .filter(({ tasks }) => isDue(tasks[task], round.number))
    .map(({ track }) => track)
    .filter(({ contestant }) => !stage.recorder.isOut(contestant));
}

function subjectOf({ contestant, workload }: Track, activity: Activity): Subject {
  return { activity, workload, contestant };
}
