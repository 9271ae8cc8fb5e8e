import { expect, test } from 'vitest';
import { PhaseTimes } from '../../../src/terminal/phase-times.ts';

test('a phase lasts until another is named, and one that comes again goes on', () => {
  let now = 1000;
  const times = new PhaseTimes(() => now);
  const note = (phase: 'compare' | 'read', at: number): void => {
    now = at;
    times.note({ phase, done: 0, total: 0 });
  };
  note('compare', 1010);
  note('read', 1030);
  note('read', 1200);
  note('compare', 1430);
  now = 1440;
  expect(times.summary()).toBe('took 0.440 s (compare 0.030 s, read 0.400 s)');
});

test('a run without a phase took a time all the same', () => {
  expect(new PhaseTimes(() => 0).summary()).toBe('took 0.000 s');
});
