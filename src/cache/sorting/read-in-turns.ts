/**
 * Reads a source to its end, some entries at a time, and gives everything else in the process a turn in between: the
 * ZooKeeper session needs its pings however much there is to merge. Fails as the source and `check` do.
 */
import { setImmediate } from 'node:timers/promises';
import type { Entry, Source } from './entry.ts';

export const turnBytes = 256 * 1024;
/** What every entry costs besides its bytes: many tiny ones must not make a long turn. */
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
