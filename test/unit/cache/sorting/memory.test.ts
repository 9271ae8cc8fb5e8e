import { expect, onTestFinished, test } from 'vitest';
import { runScript } from '../../../../harness/run-script.ts';

const mebibyte = 1024 * 1024;

test('a set ten times as large as the bound is sorted within about three times the bound', async () => {
  const child = await runScript('sorting-memory', `import './memory-child.ts';`, import.meta.dirname);
  onTestFinished(async () => await child.stop());
  const { code, stdout, stderr } = await child.exit();
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const [, grew, came, inOrder] = /^grew (-?\d+) (\d+) (\w+)$/m.exec(stdout) ?? [];
  expect({ came, inOrder }).toEqual({ came: String(160 * 1024), inOrder: 'true' });
  // 16 MiB is the bound. V8 and the allocator keep some 64 MiB more before they give anything back.
  expect(Number(grew)).toBeLessThan((3 * 16 + 64) * mebibyte);
});
