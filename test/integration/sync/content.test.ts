/** Bytes: what is in git is what is in ZooKeeper, up to the last byte that fits. */
import { expect, test } from 'vitest';
import { environment, expectTree, proxied, refused } from './fault-fixture.ts';

/** Bytes that no text has. */
function binary(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, index) => (index * 31 + (index >> 8)) % 256);
}

test('F19: a file one byte over the limit is refused before the first write; the largest that fits is exact', async () => {
  const fixture = await environment();
  fixture.git.commit({ a: '1' });
  await fixture.sync();
  fixture.git.commit({ a: '2', 'd/big': new Uint8Array(1_100_000) });
  const path = `${fixture.root}/d/big`;
  const { codes, messages } = await refused(fixture);
  expect(codes).toEqual(['too-large']);
  expect(messages).toContain(`${path} has 1100000 bytes`);
  const limit = Number(/the limit for it is (\d+) bytes/.exec(messages)?.[1]);
  expect(limit).toBeGreaterThan(1_040_000);

  fixture.git.commit({ a: '2', 'd/big': binary(limit + 1) });
  for (const full of [false, true]) {
    expect((await refused(fixture, { full })).messages).toContain(
      `${path} has ${limit + 1} bytes; the limit for it is ${limit}`,
    );
  }
  fixture.git.commit({ a: '2', 'd/big': binary(limit) });
  expect((await fixture.sync()).result).toMatchObject({
    outcome: 'applied',
    counts: { created: 2, updated: 1 },
  });
  // Once as a new znode and once as an update.
  await expectTree(fixture, { a: '2', 'd/big': binary(limit) });
  fixture.git.commit({ a: '2', 'd/big': binary(limit).toReversed() });
  await fixture.sync();
  await expectTree(fixture, { a: '2', 'd/big': binary(limit).toReversed() });
  expect(await fixture.enclosure.verify('production')).toMatchObject({ drift: [] });
});

test('F19: the largest file fits with a long actor, a configured list and a lost reply', async () => {
  const acl = Array.from({ length: 12 }, (_, index) => ({
    permissions: 31,
    scheme: 'digest',
    id: `somebody-with-a-long-name-${index}:${'x'.repeat(28)}`,
  }));
  const { fixture, proxy } = await proxied({
    acl: [...acl, { permissions: 31, scheme: 'world', id: 'anyone' }],
  });
  const path = `${fixture.root}/big`;
  fixture.git.commit({ big: new Uint8Array(1_100_000) });
  const request = { actor: '"'.repeat(300) };
  const limit = Number(
    /the limit for it is (\d+) bytes/.exec((await refused(fixture, request)).messages)?.[1],
  );
  expect(path.length + limit).toBeLessThan(1_048_575);
  fixture.git.commit({ big: binary(limit) });
  proxy.cutAfterRequest((_opcode, frame) => frame.length > limit).catch(() => undefined);
  expect((await fixture.sync(request)).result).toMatchObject({ outcome: 'applied', revision: 1 });
  await expectTree(fixture, { big: binary(limit) });
});

test('F41: empty and binary files and a .znode are exact, and an empty file is a znode', async () => {
  const fixture = await environment();
  const every = Uint8Array.from({ length: 256 }, (_, index) => index);
  fixture.git.commit({
    empty: '',
    every,
    'd/.znode': every,
    'd/nul': Uint8Array.of(0),
    'd/crlf': '\r\n\uFEFF',
  });
  expect((await fixture.sync()).result).toMatchObject({ counts: { created: 6 } });
  await expectTree(fixture, { every, d: every, 'd/nul': Uint8Array.of(0), 'd/crlf': '\r\n\uFEFF' });
  expect((await fixture.tree()).get('empty')?.data).toHaveLength(0);
  fixture.git.commit({ empty: 'x', every: '', 'd/nul': Uint8Array.of(0) });
  await fixture.sync();
  await expectTree(fixture, { empty: 'x', 'd/nul': Uint8Array.of(0) });
});

test('F40: attributes change no byte, whichever way a file arrives', async () => {
  const fixture = await environment();
  const text = 'one\r\ntwo\n$Id$\n$Format:%H$\n';
  const utf16 = Buffer.from('\uFEFFtext', 'utf16le');
  const attributes =
    '* text=auto eol=crlf ident export-subst\n*.u16 working-tree-encoding=UTF-16\n*.key filter=x\n';
  fixture.git.commit({ '.gitattributes': attributes, a: text, 'b.u16': utf16, 'c.key': text });
  await fixture.sync();
  await expectTree(fixture, { a: text, 'b.u16': utf16, 'c.key': text });
  const changed = text.replaceAll('one', 'three');
  fixture.git.commit({ a: changed }, { patch: true });
  expect((await fixture.sync()).plan.mode).toBe('fast');
  await expectTree(fixture, { a: changed, 'b.u16': utf16, 'c.key': text });
});

test('F37: names that differ in case or Unicode form are znodes of their own', async () => {
  const fixture = await environment();
  const files = { 'caf\u00e9': 'nfc', 'cafe\u0301': 'nfd', Key: 'upper', key: 'lower', 'with space': '1' };
  fixture.git.commit(files);
  await fixture.sync();
  await expectTree(fixture, files);
});
