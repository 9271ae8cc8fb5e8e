import { randomUUID } from 'node:crypto';
import { expect, inject, onTestFinished, test } from 'vitest';
import { temporaryDirectory } from '../../../harness/cache-fixture.ts';
import { runScript } from '../../../harness/run-script.ts';

const mebibyte = 1024 * 1024;
const bound = 16 * mebibyte;
/** Of 1 KiB: ten times the bound. */
const count = 160_000;
/**
 * Three times what may be held for the work and what may be kept in memory, and 64 MiB that V8 and the allocator keep before they
 * give anything back. All items at once would be more than twice as much.
 */
const limit = 3 * (bound + bound) + 64 * mebibyte;

test('a set ten times as large as its bounds is made, kept and read by two processes within about three times the bounds', async () => {
  const options = {
    connect: inject('zookeeper'),
    stateRoot: `/cache-${randomUUID()}`,
    level2: { directory: await temporaryDirectory() },
    level1: { memoryBytes: bound },
    workingMemoryBytes: bound,
  };
  const source = `import { getWithin } from './memory-child.ts'; await getWithin(${JSON.stringify(options)}, ${count});`;
  for (const calls of [1, 0]) {
    const child = await runScript('cache-memory', source, import.meta.dirname);
    onTestFinished(async () => await child.stop());
    const { code, stdout, stderr } = await child.exit();
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const [, grew, ...rest] = /^grew (-?\d+) came (\w+) calls (\d+)$/m.exec(stdout) ?? [];
    expect(rest).toEqual([String(count), String(calls)]);
    expect(Number(grew)).toBeLessThan(limit);
  }
});
