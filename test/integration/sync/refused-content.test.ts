/** What cannot become a znode is refused before the first write, by name, and never read. */
import { expect, test } from 'vitest';
import type { FixtureFile } from '../../../harness/git-fixture.ts';
import { environment, expectTree, refused } from './fault-fixture.ts';

const digest = '0123456789abcdef'.repeat(4);
const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${digest}\nsize 12345\n`;

test.each([
  ['a control character', 'tab\there', 'tab\\u{9}here'],
  ['an emoji', 'party\u{1F389}', 'party'],
  ['a private use character', 'apple\uF8FF', 'apple\\u{f8ff}'],
  ['U+FFFD', 'lost\uFFFD', 'lost'],
])('F35: a name with %s is refused with its place, and nothing changes', async (_what, name, shown) => {
  const fixture = await environment();
  fixture.git.commit({ a: '1' });
  await fixture.sync();
  for (const path of [name, `d/${name}`, `${name}/x`]) {
    fixture.git.commit({ a: '2', b: '2', [path]: 'x' });
    for (const full of [false, true]) {
      const { codes, messages } = await refused(fixture, { full });
      expect(codes).toEqual(['invalid-name']);
      expect(messages).toContain(shown);
      expect(messages).toContain('at byte');
    }
  }
});

test('F35: a name that is not UTF-8 is refused with the byte, and nothing changes', async () => {
  const fixture = await environment();
  const parent = fixture.git.commit({ a: '1' });
  await fixture.sync();
  const [oid, name] = [fixture.git.blob('x'), Buffer.from([0x66, 0x6f, 0xff, 0x6f])];
  const entries = [Buffer.from('a'), name].map((each) => ({ mode: '100644', name: each, oid }));
  const tree = fixture.git.rawTree(entries);
  fixture.git.commitTree(tree, { parent });
  const { codes, messages } = await refused(fixture);
  expect(codes).toEqual(['invalid-name']);
  expect(messages).toContain('it is not valid UTF-8, at byte 2');
});

test.each<[string, FixtureFile]>([
  ['to the secrets of the process', { symlink: '/proc/self/environ' }],
  ['to a file of the machine', { symlink: '/etc/passwd' }],
  ['out of the directory', { symlink: '../../../../etc/passwd' }],
  ['to itself', { symlink: 'link' }],
  ['to a directory', { symlink: 'd' }],
])('F38: a symbolic link %s is refused and not followed', async (_what, link) => {
  const fixture = await environment();
  fixture.git.commit({ a: '1', 'd/x': '1' });
  await fixture.sync();
  fixture.git.commit({ a: '2', 'd/x': '1', link, 'd/link': link });
  for (const full of [false, true]) {
    const { codes, messages } = await refused(fixture, { full });
    expect(codes).toEqual(['unsupported', 'unsupported']);
    expect(messages).toContain('"link" is a symbolic link');
    for (const secret of [process.env['PATH'] ?? '?', 'root:']) expect(messages).not.toContain(secret);
  }
});

test('F39: a submodule and an LFS pointer are refused by name', async () => {
  const fixture = await environment();
  fixture.git.commit({ a: '1' });
  await fixture.sync();
  fixture.git.commit({ a: '2', 'd/module': { submodule: 'a'.repeat(40) }, 'big.bin': pointer });
  for (const full of [false, true]) {
    const { codes, messages } = await refused(fixture, { full });
    expect(codes).toEqual(['unsupported', 'unsupported']);
    expect(messages).toContain('"d/module" is a submodule');
    expect(messages).toContain('"big.bin" is a pointer to Git LFS');
  }
});

test('F38, F39: with unsupported: skip they are left out with a warning, and nothing of them is written', async () => {
  const fixture = await environment({ unsupported: 'skip' });
  const left = {
    link: { symlink: '/proc/self/environ' },
    'd/module': { submodule: 'a'.repeat(40) },
    'big.bin': pointer,
  };
  fixture.git.commit({ a: '1', ...left });
  const { result, plan } = await fixture.sync();
  expect(result.outcome).toBe('applied');
  expect(plan.warnings.toSorted()).toEqual([
    '"big.bin" is a pointer to Git LFS; it is left out',
    '"d/module" is a submodule; it is left out',
    '"link" is a symbolic link; it is left out',
  ]);
  expect([...(await fixture.tree()).keys()].toSorted()).toEqual(['', 'a']);
  // A file that becomes a link goes; a link that becomes a file comes.
  fixture.git.commit({ a: { symlink: '/etc/passwd' }, link: 'now a file', b: '1' });
  expect((await fixture.sync()).plan).toMatchObject({
    mode: 'fast',
    warnings: [expect.stringContaining('"a"')],
  });
  await expectTree(fixture, { link: 'now a file', b: '1' });
});

test('two files in a directory are refused with layout: directory', async () => {
  const fixture = await environment({ layout: 'directory' });
  fixture.git.commit({ 'd/one': '1' });
  await fixture.sync();
  fixture.git.commit({ 'd/one': '2', 'd/two': '2', 'e/one': '2' });
  const { codes, messages } = await refused(fixture);
  expect(codes).toEqual(['several-files']);
  expect(messages).toContain('"one" and "two"');
});
