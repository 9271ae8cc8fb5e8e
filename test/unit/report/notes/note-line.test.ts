import fc from 'fast-check';
import { expect, test } from 'vitest';
import { linesOf, noteLine, recordsIn, withLines } from '../../../../src/report/notes/note-line.ts';
import { recordOf } from '../../cli/examples-of-results.ts';

const line = (revision: number): string => JSON.stringify(recordOf({ revision }));

test('a note holds each record once, on a line, sorted, in whatever order they came', () => {
  const texts = fc.array(fc.array(fc.integer({ min: 1, max: 9 }).map(line)), { maxLength: 4 });
  fc.assert(
    fc.property(texts, (parts) => {
      const note = parts.reduce(withLines, '');
      expect(parts.toReversed().reduce(withLines, '')).toBe(note);
      expect(linesOf(note)).toEqual([...new Set(parts.flat())].toSorted());
      expect(note === '' || note.endsWith('}\n')).toBe(true);
    }),
    { numRuns: 50 },
  );
});

test('what is no record stays in the note and is counted when the note is read', () => {
  const note = withLines('reviewed by bob\n\n{"format":2,"environment":"production"}', [line(1)]);
  expect(note).toContain('reviewed by bob\n');
  expect(recordsIn(note, 'here')).toEqual({ records: [recordOf({ revision: 1 })], unread: 2 });
});

test('the line of a record is that of whoever wrote it, with keys that this version does not know', () => {
  const written = { ...recordOf(), later: { added: true } };
  const pretty = Buffer.from(JSON.stringify(written, undefined, 2));
  expect(noteLine(pretty, '/history/1')).toEqual({ line: JSON.stringify(written), record: recordOf() });
});

test.each([['{"format":2}'], ['{}'], ['not JSON'], ['']])('%j is no record and gets no line', (text) => {
  expect(noteLine(Buffer.from(text), '/history/1')).toBeUndefined();
});
