/**
 * A push in a process that has seen some: from the request to applied, less the time from the first word of the fetch to
 * the first of the comparison, which is what the network and git take.
 */
import { openEnclosure } from '../../src/cli/open-enclosure.ts';
import type { Progress } from '../../src/model/progress.ts';
import type { Enclosure } from '../../src/enclosure/enclosure.ts';
import type { Stage } from './stage.ts';
import type { Subject } from './subjects.ts';
import { openTrack, type TrackPlace } from './track.ts';

const pushes = { warmUp: 5, counted: 10 };
const attempts = 4;

export async function measureWarmProcess(stage: Stage, place: Omit<TrackPlace, 'contestant'>): Promise<void> {
  const subject: Subject = { activity: 'warm', workload: place.workload, contestant: 'enclosure' };
  if (stage.recorder.isOut('enclosure')) return;
  const track = await openTrack({ ...place, contestant: 'enclosure' });
  const [name, { configuration = '' }] = [track.root.slice(1), track];
  await place.repository.reset();
  try {
    const { enclosure } = await openEnclosure(configuration);
    await timeSync(enclosure, name);
    for (let push = 0; push < pushes.warmUp; push += 1) {
      await place.repository.changeOneFile();
      await timeSync(enclosure, name);
    }
    for (let push = 0; push < pushes.counted; push += 1) {
      for (let attempt = 1; attempt <= attempts; attempt += 1) {
        await place.repository.changeOneFile();
        const { value, disturbed } = await stage.watch(() => timeSync(enclosure, name));
        const { problem } = await stage.check(track, 'a push in a warm process');
        if (problem !== undefined) return;
        if (!disturbed || !stage.judges) {
          stage.record(subject, value);
          break;
        }
        stage.noteDisturbed(subject, 1, attempt === attempts);
        await stage.settle();
      }
    }
  } finally {
    await track.remove(stage.channel);
  }
}

/** Milliseconds without the fetch. */
async function timeSync(enclosure: Enclosure, environment: string): Promise<number> {
  let [fetching, fetched] = [undefined as number | undefined, 0];
  const onProgress = ({ phase }: Progress): void => {
    if (phase === 'fetch') fetching ??= performance.now();
    if (phase !== 'compare' || fetching === undefined) return;
    fetched += performance.now() - fetching;
    fetching = undefined;
  };
  const begin = performance.now();
  const time = new Date().toISOString();
  const request = { environment, reason: 'push', actor: 'bench', time } as const;
  const { result } = await enclosure.sync(request, { onProgress });
  const took = performance.now() - begin;
  if (result.outcome !== 'applied') throw new Error(`expected a push to be applied, it is ${result.outcome}`);
  if (fetched === 0) throw new Error('expected the progress of a sync to tell of a fetch, then of comparing');
  return took - fetched;
}
