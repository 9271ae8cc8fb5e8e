import type { EntryType, TreeEntry } from '../../../../src/model/ports/git-repository.ts';
import { describe, expect, test } from 'vitest';
import { Findings } from '../../../../src/sync/desired/findings.ts';
import { ignoring } from '../../../../src/sync/desired/ignore-file.ts';
import { nameProblem, placeEntry, type MappingRules } from '../../../../src/sync/desired/mapping-rules.ts';

const rules: MappingRules = {
  layout: 'file',
  unsupported: 'refuse',
  ignores: () => false,
  pointers: new Set(['pointer']),
};

const entry = (path: string, type: EntryType = 'file', oid = 'oid'): TreeEntry => ({ type, oid, path });

describe('placeEntry', () => {
  test.each([
    ['a/b', 'znode'],
    ['a/.znode', 'data'],
    ['a/.gitkeep', 'keep'],
    ['a/.gitignore', 'nothing'],
    ['a/.gitattributes', 'nothing'],
    ['a/.enclosureignore', 'nothing'],
    ['.hidden', 'znode'],
  ])('layout file: %s becomes %s', (path, placement) => {
    expect(placeEntry(entry(path), rules, new Findings())).toBe(placement);
  });

  test('layout directory: any file is data, even with a name that no znode could have', () => {
    const directory = { ...rules, layout: 'directory' } as const;
    for (const path of ['a/b', 'a/.znode', 'a/😀']) {
      const findings = new Findings();
      expect(placeEntry(entry(path), directory, findings)).toBe('data');
      expect(findings.refused).toBe(false);
    }
  });

  test.each([
    [entry('a', 'symlink'), 'a symbolic link'],
    [entry('.gitkeep', 'symlink'), 'a symbolic link'],
    [entry('a', 'submodule'), 'a submodule'],
    [entry('a', 'file', 'pointer'), 'a pointer to Git LFS'],
  ])('F38, F39: %j is refused, or left out with a warning', (unsupported, what) => {
    const refused = new Findings();
    expect(placeEntry(unsupported, rules, refused)).toBe('nothing');
    expect(refused.problems[0]?.message).toContain(what);
    const skipped = new Findings();
    expect(placeEntry(unsupported, { ...rules, unsupported: 'skip' }, skipped)).toBe('nothing');
    expect(skipped.problems).toEqual([]);
    expect(skipped.warnings[0]).toContain(what);
  });

  test('what is left out cannot be wrong', () => {
    const ignores = ignoring('bad*\n');
    for (const type of ['file', 'symlink', 'submodule'] as const) {
      const findings = new Findings();
      expect(placeEntry(entry('a/bad😀', type), { ...rules, ignores }, findings)).toBe('nothing');
      expect(findings.refused).toBe(false);
    }
  });
});

describe('nameProblem', () => {
  test.each(['a', 'a.b', '-a', '.a', 'a b', 'ä', '日本', '..a', 'a..', '...'])('%j can be a name', (name) => {
    expect(nameProblem(entry(`dir/${name}`))).toBeUndefined();
  });

  test.each([
    ['.', 0],
    ['..', 0],
    ['a\nb', 1],
    ['ä😀', 2],
    ['日\ue000', 3],
    ['ab\ufffd', 2],
    ['\u007f', 0],
    ['x\u0085', 1],
  ])('F35: %j cannot, and it is told at which byte', (name, offset) => {
    expect(nameProblem(entry(`dir/${name}`))).toContain(`at byte ${offset}.`);
  });
});

describe('.enclosureignore', () => {
  test('follows gitignore, with case distinct and odd paths no error', () => {
    const ignores = ignoring('*.md\n!keep.md\n/top/\nlogs\n');
    expect(ignores('a/x.md', false)).toBe(true);
    expect(ignores('a/x.MD', false)).toBe(false);
    expect(ignores('a/keep.md', false)).toBe(false);
    expect(ignores('top', true)).toBe(true);
    expect(ignores('top', false), 'a file of that name').toBe(false);
    expect(ignores('top/x', false), 'what lies below').toBe(true);
    expect(ignores('a/top/x', false)).toBe(false);
    expect(ignores('a/logs/keep.md', false), 'nothing below comes back').toBe(true);
    expect(ignores('../x', false)).toBe(false);
  });
});
