/**
 * Enforces the bound on the directory of a namespace: when its results exceed it, those unused for longest are removed,
 * whichever process wrote them. The directory is not read at every commit, so in between it may exceed the bound by what
 * other processes wrote. Never fails.
 */
import { readdir, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { removeStored, without } from './open-stored.ts';
import { endings } from './result-name.ts';

/** The share of the bound that this process writes before it reads the directory again, and the room that is made then. */
const slack = 1 / 16;
/** What is not finished after that long was left by a process that died: even a slow call writes in between. */
const abandonedAfter = 3_600_000;

interface Stored {
  readonly base: string;
  readonly bytes: number;
  readonly used: number;
}

export class DirectoryBound {
  readonly #limit: number;
  /** In the directory when it was read last, and written by this process since. */
  #measured: number | undefined;
  #written = 0;
  #turn: Promise<void> = Promise.resolve();

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Whether it may be put there at all. */
  admits(bytes: number): boolean {
    return bytes <= this.#limit;
  }

  /** After a result was put there, which is not removed. */
  async added(directory: string, base: string, bytes: number): Promise<void> {
    this.#turn = this.#turn.then(async () => await this.#account(directory, base, bytes));
    await this.#turn;
  }

  async #account(directory: string, base: string, bytes: number): Promise<void> {
    this.#written += bytes;
    if (this.#isSurelyBelow()) return;
    this.#measured = await this.#trim(await survey(directory), base);
    this.#written = 0;
  }

  #isSurelyBelow(): boolean {
    if (this.#measured === undefined || this.#written > this.#limit * slack) return false;
    return this.#measured + this.#written <= this.#limit;
  }

  async #trim(stored: readonly Stored[], kept: string): Promise<number> {
    let total = stored.reduce((sum, { bytes }) => sum + bytes, 0);
    if (total <= this.#limit) return total;
    // A little more than needed: or else a full directory would be read at every commit.
    const goal = this.#limit * (1 - slack);
    for (const { base, bytes } of stored.toSorted((a, b) => a.used - b.used)) {
      if (total <= goal) break;
      if (base === kept) continue;
      await removeStored(base);
      total -= bytes;
    }
    return total;
  }
}

/** All results of a namespace. What dead processes left is removed on the way. */
async function survey(directory: string): Promise<readonly Stored[]> {
  const found: Stored[] = [];
  for (const key of await readdir(directory).catch(() => [])) {
    const names = await readdir(join(directory, key)).catch(() => []);
    for (const name of names) {
      const path = join(directory, key, name);
      const [base] = without(path, endings.data);
      const left = isUnfinished(name, names);
      if (base === undefined && !left) continue;
      const stats = await stat(path).catch(() => undefined);
      if (stats === undefined) continue;
      if (base !== undefined) found.push({ base, bytes: stats.size, used: stats.mtimeMs });
      else if (Date.now() - stats.mtimeMs > abandonedAfter) await unlink(path).catch(() => undefined);
    }
  }
  return found;
}

/** A manifest comes before its data: without them it is as unfinished as a partial file. */
function isUnfinished(name: string, names: readonly string[]): boolean {
  if (name.endsWith(endings.partial)) return true;
  return without(name, endings.manifest).some((base) => !names.includes(`${base}${endings.data}`));
}
