/**
 * Reads a source to its end, some entries at a time, and lets everything else in the process have its turn in between: the
 * ZooKeeper session wants its pings however much there is to merge. Fails as the source and `check` do.
 */
import { setImmediate } from 'node:timers/promises';
import type { Entry, Source } from './entry.ts';

export const turnBytes = 256 * 1024;
/** For what every entry costs besides its bytes: a turn of tiny ones must not become a long one. */
const perEntry = 16;

/** @param check is called once a turn, and throws where the work must not go on. */
export async function* readInTurns<T>(
  source: Source<T>,
  check: () => void,
): AsyncGenerator<readonly Entry<T>[], void, undefined> {
  for (;;) {
    check();
    const entries: Entry<T>[] = [];
    let bytes = 0;
    while (bytes < turnBytes) {
      const got = source.next();
      const entry = got instanceof Promise ? await got : got;
      if (entry === undefined) {
        if (entries.length > 0) yield entries;
        return;
      }
      entries.push(entry);
      bytes += entry.bytes.length + perEntry;
    }
    yield entries;
    await setImmediate();
  }
}
