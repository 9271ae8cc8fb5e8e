/** A few kills of what `npm run bench -- soak` does a hundred times. SOAK_SEED repeats the moments of a run. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { soak } from '../../bench/soak.ts';
import { buildEnclosure, type BuiltEnclosure } from '../../harness/build-enclosure.ts';

const seed = Number(process.env['SOAK_SEED'] ?? Date.now() % 1_000_000);

let built: BuiltEnclosure;
beforeAll(async () => {
  built = await buildEnclosure();
});
afterAll(() => built.remove());

test(`one serve outlives a server that is killed under its locks, and keeps and loses none (seed ${seed})`, async () => {
  const verdict = await soak(built.entry, { kills: 3, environments: 3, sessionTimeoutMs: 2000, seed });
  // Trees equal git, histories without a gap, no lock left over.
  expect(verdict.faults).toEqual([]);
  expect(verdict).toMatchObject({ crashes: [], heldTooLong: 0, failedForGood: 0 });
  // The first of each, and the last.
  expect(verdict.revisions).toBeGreaterThanOrEqual(6);
});
