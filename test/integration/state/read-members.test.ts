import { expect, test } from 'vitest';
import { readMembers } from '../../../src/state/read-members.ts';
import type { Channel } from '../../../src/model/ports/channel.ts';
import { receiptOf } from '../../unit/verbs/members/examples-of-members.ts';
import { membersFixture, type MembersFixture } from '../verbs/members/members-fixture.ts';

async function read(fixture: MembersFixture, look: (channel: Channel) => Channel = (channel) => channel) {
  const channel = await fixture.open();
  try {
    return await readMembers(look(channel), fixture.environment);
  } finally {
    await channel.close();
  }
}

test('members are read with their receipts, sorted by name', async () => {
  const fixture = await membersFixture();
  await fixture.join('b', { revision: 11 });
  await fixture.join('a');
  expect(await read(fixture)).toEqual([
    { name: 'a', ephemeral: true, receipt: receiptOf({ name: 'a' }) },
    { name: 'b', ephemeral: true, receipt: receiptOf({ name: 'b', revision: 11 }) },
  ]);
});

test('where nobody ever joined there are none', async () => {
  const fixture = await membersFixture();
  expect(await read(fixture)).toEqual([]);
  await fixture.client.delete(fixture.directory);
  expect(await read(fixture)).toEqual([]);
});

test('who is dead and who only left a znode behind are told apart from who is alive', async () => {
  const fixture = await membersFixture();
  await fixture.join('alive');
  await fixture.client.create(`${fixture.directory}/README`, 'members of production');
  await fixture.client.create(`${fixture.directory}/odd`, '\u0000', 'ephemeral');
  expect(await read(fixture)).toMatchObject([
    { name: 'README', ephemeral: false },
    { name: 'alive', ephemeral: true, receipt: { name: 'alive' } },
    { name: 'odd', ephemeral: true },
  ]);
});

test('who leaves between the listing and the reading is left out', async () => {
  const fixture = await membersFixture();
  for (const name of ['a', 'b', 'c']) await fixture.join(name);
  const members = await read(fixture, (channel) =>
    Object.assign(Object.create(channel) as Channel, {
      sync: (path: string) => channel.sync(path),
      async getChildren(path: string) {
        const names = await channel.getChildren(path);
        await fixture.client.delete(`${path}/b`);
        return names;
      },
      multiRead: channel.multiRead.bind(channel),
    }),
  );
  expect(members.map(({ name }) => name)).toEqual(['a', 'c']);
});
