/** Transactions whose reply is lost: carried out, and the client cannot know. */
import { expect, test } from 'vitest';
import { cutAfter, expectTree, isDeployment, largeFiles, proxied, smallFiles } from './fault-fixture.ts';
import { recordsOf } from '../../../harness/records-of.ts';

test('F17: the lost reply of the only transaction ends applied, once', async () => {
  const { fixture, proxy } = await proxied();
  const files = { 'a/b': '1', c: '2' };
  const commit = fixture.git.commit(files);
  const cut = cutAfter(proxy, 1);
  const { result } = await fixture.sync();
  await cut;
  expect(result).toMatchObject({ outcome: 'applied', revision: 1, commit, transactions: 1 });
  await expectTree(fixture, files);
  for (const { version } of (await fixture.tree()).values()) expect(version).toBe(0);
  expect(await recordsOf(fixture.enclosure)).toHaveLength(1);
  expect((await fixture.sync()).result.outcome).toBe('unchanged');
});

test('F17: the lost reply of the only transaction of an update does not repeat it', async () => {
  const { fixture, proxy } = await proxied();
  fixture.git.commit({ a: '1', b: '1' });
  await fixture.sync();
  fixture.git.commit({ a: '2', c: '1' });
  const cut = cutAfter(proxy, 1);
  expect((await fixture.sync()).result).toMatchObject({ outcome: 'applied', revision: 2, transactions: 1 });
  await cut;
  const tree = await fixture.tree();
  expect([...tree.keys()].toSorted()).toEqual(['', 'a', 'c']);
  expect(tree.get('a')).toMatchObject({ version: 1 });
  expect(tree.get('c')).toMatchObject({ version: 0 });
  expect(await recordsOf(fixture.enclosure)).toHaveLength(2);
});

test.each([1, 2, 3, 4, 5, 6])(
  'F17: of six transactions the reply of number %i is lost, and nothing is repeated',
  async (nth) => {
    const { fixture, proxy } = await proxied();
    const files = largeFiles(6, 'x');
    const commit = fixture.git.commit(files);
    const cut = cutAfter(proxy, nth);
    const { result } = await fixture.sync();
    await cut;
    expect(result).toMatchObject({ outcome: 'applied', revision: 1, commit, transactions: 6 });
    expect(result.counts.created).toBe(8);
    await expectTree(fixture, files);
    for (const { version } of (await fixture.tree()).values()) expect(version).toBe(0);
    const history = await recordsOf(fixture.enclosure);
    expect(history).toMatchObject([{ revision: 1, transactions: 6, counts: { created: 8 } }]);
  },
);

test('F17: three losses in one deployment of small files are survived', async () => {
  const { fixture, proxy } = await proxied();
  const files = smallFiles(2_600, 'x');
  fixture.git.commit(files);
  // What still comes out of a connection that was cut does not count.
  const onNextConnection = (): ((opcode: number, frame: Buffer) => boolean) => {
    const before = proxy.accepted();
    return (opcode, frame) => proxy.accepted() > before && isDeployment(opcode, frame);
  };
  const cuts = cutAfter(proxy, 2)
    .then(() => proxy.cutBeforeRequest(onNextConnection()))
    .then(() => proxy.cutAfterRequest(onNextConnection()));
  expect((await fixture.sync()).result).toMatchObject({ outcome: 'applied', transactions: 6 });
  await cuts;
  await expectTree(fixture, files);
});

test('F17: what is read between two transactions is read from the new connection after one is lost', async () => {
  const { fixture, proxy } = await proxied();
  const directories = Array.from({ length: 1_200 }, (_, index) => `d${index}`);
  fixture.git.commit(Object.fromEntries(directories.map((name) => [`${name}/.gitkeep`, ''])));
  await fixture.sync();
  // Each new znode has a parent of its own, whose access control list is looked up while others are being written.
  const files = Object.fromEntries(directories.map((name) => [`${name}/new`, name]));
  fixture.git.commit(files);
  const cut = cutAfter(proxy, 1);
  expect((await fixture.sync()).result).toMatchObject({ outcome: 'applied', revision: 2, transactions: 3 });
  await cut;
  await expectTree(fixture, files);
});
