/** What every measurement of a run needs, and the three ways to measure: once, again when disturbed, and checking the tree. */
import type { Channel } from '../../src/model/ports/channel.ts';
import { repeatDisturbed, waitUntilQuiet, watched, type Repeated, type SampleCpu } from './quiet.ts';
import { findingText, type Recorder } from './recorder.ts';
import { summarize } from './statistics.ts';
import { activities, contestants, workloads, type Subject } from './subjects.ts';
import type { Track } from './track.ts';
import { checkTree, expectedTree, type CheckedTree, type ExpectedTree } from './verify-tree.ts';

export interface StageParts {
  readonly connect: string;
  readonly channel: Channel;
  readonly sampleCpu: SampleCpu;
  readonly cores: number;
  /** Where it is known beforehand that the machine is busy, waiting for it to be quiet would be in vain. */
  readonly waits: boolean;
  readonly say: (text: string) => void;
}

const patienceForRepetition = 30;

export class Stage {
  readonly parts: StageParts;
  readonly recorder: Recorder;
  /** Off while the server warms up. */
  counts = true;
  #expected: { readonly key: string; readonly tree: ExpectedTree } | undefined;

  constructor(parts: StageParts, recorder: Recorder) {
    this.parts = parts;
    this.recorder = recorder;
  }

  get channel(): Channel {
    return this.parts.channel;
  }

  /** Whether a disturbed measurement is repeated. */
  get judges(): boolean {
    return this.parts.waits && this.counts;
  }

  record(subject: Subject, value: number, peakMiB?: number): void {
    if (this.counts) this.recorder.sample(subject, value, peakMiB);
    this.#say(subject, value);
  }

  /** Many samples of something small, of which one line is enough. */
  recordAll(subject: Subject, values: readonly number[]): void {
    for (const value of values) this.recorder.sample(subject, value);
    const summary = summarize(values);
    if (summary !== undefined) this.#say(subject, summary.median);
  }

  noteDisturbed(subject: Subject, count: number, busy: boolean): void {
    if (this.counts && (count > 0 || busy)) this.recorder.disturbed(subject, count, busy);
  }

  async watch<T>(measure: () => Promise<T>) {
    return await watched(this.parts.sampleCpu, measure);
  }

  /** Measures until it is undisturbed, and notes under each subject how often it was not. */
  async measure<T>(
    subjects: readonly Subject[],
    attempt: () => Promise<T>,
    again: () => Promise<unknown> = () => Promise.resolve(),
  ): Promise<T | undefined> {
    const result: Repeated<T> = this.judges
      ? await repeatDisturbed(
          () => this.watch(attempt),
          async () => {
            await again();
            await this.settle();
          },
        )
      : { value: await attempt(), disturbed: 0 };
    for (const subject of subjects) {
      this.noteDisturbed(subject, result.disturbed, result.value === undefined);
    }
    return result.value;
  }

  async settle(): Promise<void> {
    const { sampleCpu, cores, say } = this.parts;
    await waitUntilQuiet(sampleCpu, { cores, say, patienceSeconds: patienceForRepetition });
  }

  /** Compares a track's tree with the head of its repository. A difference takes the contestant out of the run. */
  async check({ contestant, workload, repository, root }: Track, after: string): Promise<CheckedTree> {
    const key = `${repository.directory} ${repository.head}`;
    if (this.#expected?.key !== key) {
      this.#expected = { key, tree: await expectedTree(repository.directory, repository.head) };
    }
    const checked = await checkTree(this.channel, root, this.#expected.tree);
    if (checked.problem !== undefined) {
      const finding = { contestant, after: `"${after}" (${workload})`, problem: checked.problem };
      this.recorder.unverified(finding);
      this.parts.say(findingText(finding));
    }
    return checked;
  }

  #say({ activity, workload, contestant }: Subject, value: number): void {
    const { title, unit } = activities[activity];
    const size = workloads[workload] === '' ? '' : `${workload}, `;
    const figure = value < 10 ? value.toFixed(2) : value.toFixed(0);
    this.parts.say(`  ${size}${title}: ${contestants[contestant]} ${figure} ${unit}`);
  }
}
