/** `enclosure/cache` as another project gets it: through the package's exports, with its types. Needs dist, which `npm test` builds. */
import { spawnSync } from 'node:child_process';
import { expect, inject, test } from 'vitest';
import { compileConsumer, consumer } from '../../../harness/consumer.ts';

test.each(['nodenext', 'bundler'] as const)(
  'a project in TypeScript gets the types, resolved as %s',
  async (moduleResolution) => {
    const complaints = await compileConsumer(
      moduleResolution,
      `
      import { bulkCache, isEnclosureError, type CacheEvent, type CacheState } from 'enclosure/cache';
      interface Order { readonly id: number; readonly open: boolean }
      const cache = bulkCache<Order>({
        connect: 'a:1', namespace: 'orders', level2: { s3: { bucket: 'b' } }, pages: true, ttl: 60_000,
        sort: (one, other) => one.id - other.id,
        clean: (order) => (order.open ? order : undefined),
        onEvent: (event: CacheEvent) => console.log(event.type === 'hit' ? event.level : event.type),
      });
      async function* pages(signal: AbortSignal) { yield [{ id: 1, open: !signal.aborted }]; }
      try { for await (const { id } of cache.get('all', pages, { deadline: 1000 })) console.log(id + 1); }
      catch (error) { if (isEnclosureError(error, 'cache-timeout')) console.log(error.retryable); }
      const state: CacheState = await cache.state('all');
      if (state.state === 'filling') console.log(state.progress.items, cache.counters.hits.memory);
      const generation: number = await cache.invalidate({ generation: 'next' });
      bulkCache({ zookeeper: { connect: 'a:1' }, namespace: 'n', level2: { directory: '/d' } });
      // @ts-expect-error level 2 is needed
      bulkCache({ connect: 'a:1', namespace: 'orders' });
      // @ts-expect-error nobody changes a counter
      cache.counters.fills = generation;
    `,
    );
    expect(complaints).toBe('');
  },
);

test('a project in JavaScript caches with it, and its process ends by itself', async () => {
  const directory = await consumer({
    'package.json': '{"type":"module"}',
    'app.js': `
      import { bulkCache } from 'enclosure/cache';
      const [connect] = process.argv.slice(2);
      const cache = bulkCache({ connect, stateRoot: '/consumer', namespace: 'n', level2: { directory: 'level2' }, sort: (a, b) => a - b });
      const all = [];
      for await (const item of cache.get('k', () => [3, 1, 2])) all.push(item);
      console.log(all.join(), (await cache.state('k')).count);
      await cache.close();
    `,
  });
  const ran = spawnSync(process.execPath, ['app.js', inject('zookeeper')], {
    cwd: directory,
    encoding: 'utf8',
    timeout: 60_000,
  });
  expect(ran).toMatchObject({ status: 0, stdout: '1,2,3 3\n', stderr: '' });
});
