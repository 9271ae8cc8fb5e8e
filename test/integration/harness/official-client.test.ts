import { expect, inject, test } from 'vitest';
import { openOfficialClient } from '../../../harness/official-client.ts';

test('the official client writes, reads and deletes a tree', async () => {
  const client = await openOfficialClient(inject('zookeeper'));
  const root = '/official-client';
  await client.create(root, 'root');
  await client.create(`${root}/a`, '', 'ephemeral');
  await client.create(`${root}/b`, 'x');
  await client.set(`${root}/b`, 'y');
  const tree = await client.tree(root);
  expect([...tree.keys()].toSorted()).toEqual(['', 'a', 'b']);
  expect(tree.get('a')).toMatchObject({ ephemeral: true });
  expect(tree.get('b')).toMatchObject({ ephemeral: false, version: 1, data: Buffer.from('y') });
  await client.delete(`${root}/b`);
  expect(await client.get(`${root}/b`)).toBeUndefined();
  expect(await client.tree('/none')).toEqual(new Map());
  await client.close();
});
