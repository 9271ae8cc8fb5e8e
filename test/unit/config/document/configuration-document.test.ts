import { expect, test } from 'vitest';
import { parseConfigurationDocument } from '../../../../src/config/document/configuration-document.ts';

function parse(text: string) {
  const document = parseConfigurationDocument(text);
  if ('problems' in document) throw new Error(JSON.stringify(document.problems));
  return document;
}

test('positions are those of values; of keys where the value is a map, a list or nothing', () => {
  const { locate } = parse('a:\n  - x\n  - {b: 1,  c: 2}\nd:\n');
  expect(locate(['a', 0])).toEqual({ line: 2, column: 5 });
  expect(locate(['a', 1, 'c'])).toEqual({ line: 3, column: 16 });
  expect(locate(['a', 1, 'c'], 'key')).toEqual({ line: 3, column: 13 });
  expect(locate(['a'])).toEqual({ line: 1, column: 1 });
  expect(locate(['d'])).toEqual({ line: 4, column: 1 });
});

test('what is missing is placed at the nearest parent that there is', () => {
  const { locate } = parse('a:\n  b: 1\n');
  expect(locate(['a', 'c', 'd'])).toEqual({ line: 1, column: 1 });
  expect(locate(['z'])).toEqual({ line: 1, column: 1 });
});

test('positions are found through an alias', () => {
  const { locate, value } = parse('a: &x\n  b: 1\nc: *x\n');
  expect(value).toEqual({ a: { b: 1 }, c: { b: 1 } });
  expect(locate(['c', 'b'])).toEqual({ line: 2, column: 6 });
});

test('YAML 1.2 core: yes is a string, 0o17 a number, keys are strings', () => {
  expect(parse('yes: yes\n1: 0o17\n').value).toEqual({ yes: 'yes', 1: 15 });
});

test('aliases that multiply are refused before they are expanded', () => {
  const lines = ['a0: &a0 [x, x, x, x, x, x, x, x, x, x]'];
  for (let index = 1; index <= 12; index += 1) {
    lines.push(`a${index}: &a${index} [${Array.from({ length: 10 }, () => `*a${index - 1}`).join(', ')}]`);
  }
  expect(parseConfigurationDocument(lines.join('\n'))).toMatchObject({
    problems: [{ expected: 'fewer than 100 aliases' }],
  });
});

test('a few nested aliases that multiply are refused as well', () => {
  const lines = ['a0: &a0 [x, x, x, x, x, x, x, x, x, x]'];
  for (let index = 1; index <= 9; index += 1) {
    lines.push(`a${index}: &a${index} [${Array.from({ length: 10 }, () => `*a${index - 1}`).join(', ')}]`);
  }
  expect(parseConfigurationDocument(lines.join('\n'))).toMatchObject({
    problems: [{ expected: 'aliases that stay small when they are written out' }],
  });
});

test.each(['[', '- ', '? ', '{a: '])(
  '100,000 times %j is refused and does not end the process',
  (opening) => {
    expect(parseConfigurationDocument(opening.repeat(100_000))).toMatchObject({
      problems: [{ expected: 'at most 32 levels of nesting' }],
    });
  },
);

test('a second document is refused', () => {
  expect(parseConfigurationDocument('a: 1\n---\nb: 1\n')).toMatchObject({
    problems: [{ expected: 'one YAML document' }],
  });
});

test.each([
  'a: [hunter2',
  'a: "hunter2',
  'a: "\\hunter2"',
  'a: @hunter2',
  'a: b: hunter2',
  '? [hunter2]\n: 1',
  '} hunter2',
])('the complaint about %j quotes nothing of it', (text) => {
  const document = parseConfigurationDocument(text);
  expect(document).toHaveProperty('problems');
  expect(JSON.stringify(document)).not.toContain('hunter2');
});
