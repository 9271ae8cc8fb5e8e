/** Contents that no git has: made by a transform, read through the port, and unknown to plan, apply and verification. */
import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { type ContentId, contentIdOf } from '../../../../src/model/content-id.ts';
import type { DesiredTree } from '../../../../src/model/desired-tree.ts';
import type { Plan } from '../../../../src/model/plan.ts';
import type { Channel } from '../../../../src/model/ports/channel.ts';
import type { Content, Contents } from '../../../../src/model/ports/contents.ts';
import { applyPlan } from '../../../../src/sync/apply/apply-plan.ts';
import { FencedWriter } from '../../../../src/sync/apply/fenced-writer.ts';
import { compareFull } from '../../../../src/sync/plan/comparison.ts';
import { compareLive } from '../../../../src/verbs/verify/compare-live.ts';
import { readLiveTree } from '../../../../src/zookeeper/tree/read-live-tree.ts';
import { channel, lockDirectory, session, take } from '../lock/fixture.ts';

const algorithm = 'sha1';
const files = { name: 'enclosure', greeting: 'grüße', large: 'x'.repeat(300_000), empty: '' };
const openAcl = [{ scheme: 'world', id: 'anyone', permissions: 31 }];

/** What a transform would make of files: here, upper case. */
function transformed(from: Readonly<Record<string, string>>): { tree: DesiredTree; contents: Contents } {
  const made = new Map<ContentId, Buffer>();
  const znodes = Object.entries(from).map(([path, text]) => {
    const data = Buffer.from(text.toUpperCase());
    const content = contentIdOf(algorithm, data);
    made.set(content, data);
    return [path, { content, size: data.length }] as const;
  });
  const root = { content: contentIdOf(algorithm, Buffer.alloc(0)), size: 0 };
  return { tree: new Map([['', root], ...znodes]), contents: inMemory(made) };
}

function inMemory(made: ReadonlyMap<ContentId, Buffer>): Contents {
  const contentOf = (id: ContentId): Content => {
    const data = made.get(id);
    if (data === undefined) throw new Error(`no content ${id}`);
    return { id, size: data.length, data };
  };
  return {
    async *read(ids) {
      for await (const id of ids) yield contentOf(id);
    },
    async *readBatches(ids) {
      for await (const id of ids) yield [contentOf(id)];
    },
    sizes: (ids) => Promise.resolve(new Map([...ids].map((id) => [id, contentOf(id).size]))),
    close: () => Promise.resolve(),
  };
}

async function planFor(on: Channel, root: string, desired: DesiredTree, before?: DesiredTree): Promise<Plan> {
  const live = await readLiveTree(on, root, { algorithm, expected: desired });
  const policy = { prune: true, drift: 'repair', settled: true } as const;
  const owned = { recorded: before, halfWritten: undefined, ownershipKnown: true };
  const comparison = compareFull({ desired, live, ...owned, policy });
  const facts = {
    environment: 'made',
    commit: 'c'.repeat(40),
    mode: 'full',
    landed: [],
    refusals: [],
  } as const;
  return { ...facts, ...comparison, warnings: [] };
}

test('bytes that we made are planned, applied and verified like those of git', async () => {
  const on = await channel();
  const { directory } = await lockDirectory(on);
  const lock = await take({ session: await session(), channel: on, directory });
  const root = `/made-${randomUUID()}`;
  const apply = async (plan: Plan, contents: Contents): Promise<void> => {
    const { fence } = lock;
    const reconnect = (): Promise<Channel> => Promise.reject(new Error('no reconnect is expected'));
    await applyPlan({
      plan,
      root,
      missingAncestors: [],
      readContents: (ids) => contents.readBatches(ids),
      aclOf: () => Promise.resolve(openAcl),
      writer: new FencedWriter({ channel: on, fence, reconnect, total: plan.steps.length }),
      channel: on,
      opening: () => [],
      closing: () => [],
    });
  };

  const first = transformed(files);
  const load = await planFor(on, root, first.tree);
  expect(load.steps.map(({ action }) => action)).toEqual(Array.from({ length: 5 }, () => 'create'));
  await apply(load, first.contents);
  expect((await on.getData(`${root}/greeting`))?.data.toString()).toBe('GRÜSSE');
  expect((await planFor(on, root, first.tree, first.tree)).steps).toEqual([]);

  const { empty: _, ...others } = files;
  const second = transformed({ ...others, name: 'another' });
  const change = await planFor(on, root, second.tree, first.tree);
  expect(change.steps.map(({ action, path }) => `${action} ${path}`)).toEqual([
    'update name',
    'delete empty',
  ]);
  await apply(change, second.contents);
  expect(await compareLive(on, root, second.tree, { algorithm })).toMatchObject({
    changed: [],
    missing: [],
    others: [],
  });
  await lock.release();
});
