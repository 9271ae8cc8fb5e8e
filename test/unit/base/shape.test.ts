import { expect, test } from 'vitest';
import {
  count,
  fields,
  list,
  matching,
  oneOf,
  orNull,
  text,
  time,
  type Shape,
} from '../../../src/base/shape.ts';

interface Place {
  readonly revision: number;
  readonly commit: string | null;
}

interface Deployment {
  readonly format: 1;
  readonly name: string;
  readonly phase: 'applied' | 'applying';
  readonly since: string;
  readonly places: readonly Place[];
  readonly message?: string;
}

const deployment = fields<Deployment>(
  {
    format: oneOf(1),
    name: text,
    phase: oneOf('applied', 'applying'),
    since: time,
    places: list(fields<Place>({ revision: count, commit: orNull(matching(/^[0-9a-f]+$/, 'a commit id')) })),
    message: text,
  },
  ['message'],
);
const whole = {
  format: 1,
  name: 'production',
  phase: 'applied',
  since: '2026-03-01T12:00:00.000Z',
  places: [
    { revision: 0, commit: null },
    { revision: 7, commit: 'abc' },
  ],
} as const;

test('a document is read as it was written, with and without what may be missing', () => {
  expect(read(deployment, whole)).toEqual(whole);
  expect(read(deployment, { ...whole, message: 'why' })).toEqual({ ...whole, message: 'why' });
  expect(read(deployment, { ...whole, places: [] })).toEqual({ ...whole, places: [] });
});

test('what nobody asked for is left out, and what nobody wrote is not there', () => {
  const newer = { ...whole, colour: 'red', places: [{ revision: 1, commit: null, colour: 'red' }] };
  expect(read(deployment, newer)).toEqual({ ...whole, places: [{ revision: 1, commit: null }] });
  expect(read(deployment, whole)).not.toHaveProperty('message');
});

test.each<[string, unknown]>([
  ['at "": not an object', null],
  ['at "": not an object', []],
  ['at "name": missing', { ...whole, name: undefined }],
  ['at "name": not a text', { ...whole, name: 1 }],
  ['at "name": not a text', { ...whole, name: null }],
  ['at "format": none of 1', { ...whole, format: '1' }],
  ['at "phase": none of applied, applying', { ...whole, phase: 'Applied' }],
  ['at "since": not a time', { ...whole, since: 'soon' }],
  ['at "places": not a list', { ...whole, places: { length: 0 } }],
  ['at "places.1": not an object', { ...whole, places: [{ revision: 0, commit: null }, 'x'] }],
  [
    'at "places.0.revision": not a whole number from 0',
    { ...whole, places: [{ revision: -1, commit: null }] },
  ],
  [
    'at "places.0.revision": not a whole number from 0',
    { ...whole, places: [{ revision: 0.5, commit: null }] },
  ],
  [
    'at "places.0.revision": not a whole number from 0',
    { ...whole, places: [{ revision: 2 ** 53, commit: null }] },
  ],
  ['at "places.0.commit": missing', { ...whole, places: [{ revision: 1 }] }],
  ['at "places.0.commit": not a commit id', { ...whole, places: [{ revision: 1, commit: 'HEAD' }] }],
  ['at "message": not a text', { ...whole, message: null }],
])('what looks otherwise is refused with its place: %s', (problem, value) => {
  expect(() => read(deployment, value)).toThrow(problem);
});

/** By way of its text, as whatever is stored comes. */
function read<T>(shape: Shape<T>, value: unknown): T {
  return shape(JSON.parse(JSON.stringify(value)), '', (at, problem) => {
    throw new Error(`at "${at}": ${problem}`);
  });
}
