import { expect, test } from 'vitest';
import type { CacheEvent } from '../../../src/cache/bulk-cache-options.ts';
import { EventCounter } from '../../../src/cache/event-counter.ts';
import { EnclosureError } from '../../../src/base/enclosure-error.ts';

const key = 'k';
const error = new EnclosureError('fill-failed', 'no');
const nothing = {
  hits: { memory: 0, disk: 0, level2: 0 },
  fills: 0,
  takeovers: 0,
  waits: 0,
  stale: 0,
  repairs: 0,
};

test.each<[CacheEvent, object]>([
  [{ type: 'hit', key, level: 'memory' }, { hits: { ...nothing.hits, memory: 1 } }],
  [{ type: 'hit', key, level: 'disk' }, { hits: { ...nothing.hits, disk: 1 } }],
  [{ type: 'hit', key, level: 'level2' }, { hits: { ...nothing.hits, level2: 1 } }],
  [{ type: 'wait', key }, { waits: 1 }],
  [{ type: 'stale', key }, { stale: 1 }],
  [{ type: 'filling', key, epoch: 1, takeover: false }, { fills: 1 }],
  [
    { type: 'filling', key, epoch: 1, takeover: true },
    { fills: 1, takeovers: 1 },
  ],
  [{ type: 'filled', key, epoch: 1, count: 1, bytes: 1 }, {}],
  [{ type: 'fill-failed', key, epoch: 1, superseded: false, error }, {}],
  [{ type: 'repair', key, what: 'a part' }, { repairs: 1 }],
  [{ type: 'problem', error }, {}],
])('counts and tells %o', (event, counted) => {
  const told: CacheEvent[] = [];
  const counter = new EventCounter((one) => told.push(one));
  counter.count(event);
  expect(counter.counters).toEqual({ ...nothing, ...counted });
  expect(told).toEqual([event]);
});

test('counters that were handed out stay as they were', () => {
  const counter = new EventCounter(undefined);
  const before = counter.counters;
  counter.count({ type: 'hit', key, level: 'memory' });
  counter.count({ type: 'wait', key });
  expect(before).toEqual(nothing);
  expect(counter.counters).toEqual({ ...nothing, hits: { ...nothing.hits, memory: 1 }, waits: 1 });
});
