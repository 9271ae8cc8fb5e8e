import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  lockNodePrefix,
  lockQueue,
  parseLockNode,
  placeInQueue,
} from '../../../../src/sync/lock/place-in-queue.ts';

const node = (guid: string, sequence: number): string =>
  lockNodePrefix(guid) + String(sequence).padStart(10, '0');

test('the lowest sequence holds, whatever the order of the listing and of the guids', () => {
  const [mine, other] = [node('zz', 3), node('aa', 4)];
  expect(placeInQueue([other, mine], mine, '/lock')).toEqual({ place: 'first' });
});

test('whoever is not first watches its direct predecessor alone', () => {
  const [first, second, mine, later] = [node('a', 1), node('c', 7), node('b', 9), node('d', 10)];
  expect(placeInQueue([mine, later, first, second], mine, '/lock')).toMatchObject({
    place: 'behind',
    predecessor: { name: second, guid: 'c', sequence: 7 },
    ahead: 2,
  });
});

test('F2: a node with the own guid and another sequence is not the own node', () => {
  const [former, mine] = [node('me', 1), node('me', 5)];
  expect(placeInQueue([former, mine], mine, '/lock')).toMatchObject({ predecessor: { name: former } });
  expect(placeInQueue([former], mine, '/lock')).toEqual({ place: 'missing' });
});

test('F11: foreign children are neither waited for nor counted', () => {
  const mine = node('me', 7);
  const foreign = [
    'README',
    'kazoo',
    'b2a7__lock__0000000001',
    '_c_5d0-lock-0000000000',
    'lock-0000000001',
    'lock-me-1',
    'lock--0000000001',
  ];
  expect(placeInQueue([...foreign, mine], mine, '/lock')).toEqual({ place: 'first' });
});

test.each([
  ['a negative sequence', 'lock-me--2147483648'],
  ['a short negative sequence', 'lock-me--000000005'],
  ['a sequence near the end', 'lock-me-2147483000'],
])('F11: %s is refused with what to do about it', (_title, broken) => {
  const mine = node('me', 3);
  for (const own of [mine, broken]) {
    expect(() => placeInQueue([broken, mine], own, '/enclosure/production/lock')).toThrow(
      /numbering.*\/enclosure\/production\/lock.*delete \/enclosure\/production\/lock/,
    );
  }
});

test('a guid may hold hyphens and digits, for it is the last ten digits that count', () => {
  const guid = '0b6ad1ff-9d6b-4b0a-8a44-000000000012';
  expect(parseLockNode(node(guid, 42))).toEqual({ name: node(guid, 42), guid, sequence: 42 });
});

test('of any queue exactly one is first, and everybody else waits for a different one', () => {
  const queues = fc.uniqueArray(fc.integer({ min: 0, max: 2_000_000_000 }), { minLength: 1, maxLength: 20 });
  fc.assert(
    fc.property(queues, fc.infiniteStream(fc.uuid()), (sequences, guids) => {
      const names = sequences.map((sequence) => node(String(guids.next().value), sequence));
      const places = names.map((own) => placeInQueue(names, own, '/lock'));
      expect(places.filter(({ place }) => place === 'first')).toHaveLength(1);
      const watched = places.flatMap((place) => (place.place === 'behind' ? [place.predecessor.name] : []));
      expect(new Set(watched).size).toBe(names.length - 1);
      expect(lockQueue(names).map(({ sequence }) => sequence)).toEqual(sequences.toSorted((a, b) => a - b));
    }),
  );
});
