import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  formatNamespace,
  parseNamespace,
  type NamespaceFacts,
} from '../../../../src/cache/coordination/parse-namespace.ts';

const path = '/enclosure/cache/orders';
const text = fc.string();
const entries: fc.Arbitrary<NamespaceFacts> = fc.record({
  format: fc.constant<1>(1),
  generation: fc.maxSafeNat(),
  level2: fc.oneof(
    fc.record({ directory: text }),
    fc.record({
      s3: fc.record(
        { bucket: text, prefix: text, endpoint: text, region: text },
        { requiredKeys: ['bucket'] },
      ),
    }),
  ),
});
const unreadable = expect.objectContaining({
  code: 'state-unreadable',
  message: expect.stringContaining(path),
});

test('a namespace is read as it was written', () => {
  fc.assert(
    fc.property(entries, (facts) => {
      expect(parseNamespace(formatNamespace(facts), path)).toEqual(facts);
    }),
  );
});

test('a namespace is not there yet where nothing was written', () => {
  expect(parseNamespace(new Uint8Array(), path)).toBeUndefined();
});

const level2 = { s3: { bucket: 'parts', prefix: 'of-us' } };
const whole = { format: 1, generation: 4, level2 };

test.each([
  ['no JSON', 'not json'],
  ['half of it', JSON.stringify(whole).slice(0, -1)],
  ['a space', ' '],
  ['nothing but null', 'null'],
  ['a list', JSON.stringify([whole])],
  ['a newer format', JSON.stringify({ ...whole, format: 2 })],
  ['no format', JSON.stringify({ ...whole, format: undefined })],
  ['a generation in text', JSON.stringify({ ...whole, generation: '4' })],
  ['a negative generation', JSON.stringify({ ...whole, generation: -1 })],
  ['half a generation', JSON.stringify({ ...whole, generation: 4.5 })],
  ['no place', JSON.stringify({ ...whole, level2: undefined })],
  ['a place that is none', JSON.stringify({ ...whole, level2: {} })],
  ['a place in a list', JSON.stringify({ ...whole, level2: [level2] })],
  ['a directory that is none', JSON.stringify({ ...whole, level2: { directory: null } })],
  ['a bucket that is none', JSON.stringify({ ...whole, level2: { s3: { prefix: 'of-us' } } })],
  ['a prefix that is none', JSON.stringify({ ...whole, level2: { s3: { bucket: 'parts', prefix: 7 } } })],
  ['an endpoint that is none', JSON.stringify({ ...whole, level2: { s3: { bucket: 'b', endpoint: {} } } })],
  ['a region that is none', JSON.stringify({ ...whole, level2: { s3: { bucket: 'b', region: null } } })],
])('a namespace that has %s is an error that names the znode', (_, data) => {
  expect(() => parseNamespace(Buffer.from(data), path)).toThrow(unreadable);
});
