import { expect, test } from 'vitest';
import { LastLines } from '../../../../src/join/child/run-to-end.ts';

function linesOf(...chunks: string[]): readonly string[] {
  const lines = new LastLines();
  for (const chunk of chunks) lines.add(Buffer.from(chunk));
  return lines.read();
}

test('lines are put together wherever they were torn, and empty ones are left out', () => {
  expect(linesOf('on', 'e\r\n\n  tw', 'o  \nthree')).toEqual(['one', 'two', 'three']);
  expect(linesOf()).toEqual([]);
});

test('colours are taken off', () => {
  expect(linesOf('\u001b[31mred\u001b[39m\n')).toEqual(['red']);
});

test('of what is too long the end is kept', () => {
  const lines = linesOf('first\n', 'x'.repeat(5000), '\nlast\n');
  expect(lines.at(-1)).toBe('last');
  expect(lines.join('\n').length).toBeLessThanOrEqual(4096);
});
