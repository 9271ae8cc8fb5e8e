import { describe, expect, test } from 'vitest';
import {
  asFillError,
  classOf,
  errorOfFailure,
  tooLong,
  unencodable,
} from '../../../../src/cache/fill/as-fill-error.ts';
import { EnclosureError } from '../../../../src/base/enclosure-error.ts';

describe('asFillError', () => {
  test('names what failed and what it failed with, and keeps the error itself', () => {
    const cause = new RangeError('out of stock');
    const error = asFillError(cause, 'sorting');
    expect(error).toMatchObject({ code: 'fill-failed', cause });
    expect(error.message).toBe('sorting failed; found RangeError: out of stock');
  });

  test.each([undefined, 'text', { secret: 'x' }])('takes whatever was thrown: %j', (cause) => {
    const error = asFillError(cause, 'the call');
    expect(error).toMatchObject({ code: 'fill-failed' });
    expect(error.message).toBe('the call failed; found something other than an error was thrown');
  });

  test('lets through what is ours', () => {
    const ours = new EnclosureError('store-failed', 'the disk is full');
    expect(asFillError(ours, 'sorting')).toBe(ours);
  });
});

describe('errorOfFailure', () => {
  const tell = (name: string, retryAfter = 1500): EnclosureError =>
    errorOfFailure({ class: name, retryAfter, generation: 1 }, '2026-11', 1000);

  test.each([
    tooLong('2026-11', 1000),
    unencodable(new TypeError('no'), 3),
    new EnclosureError('store-failed', 'the disk is full'),
    asFillError(new Error('no'), 'sorting'),
  ])('tells others what kind of failure it was: $code', (error) => {
    const told = tell(classOf(error));
    expect(told.code).toBe(error.code);
    expect(told.retryable).toBe(error.retryable);
    expect(told.message).toContain('2026-11');
  });

  test.each(['aborted', 'zookeeper-busy', 'no-such-code', ''])(
    'is fill-failed for what is no failure of the fill itself, with its name: %j',
    (name) => {
      expect(tell(name)).toMatchObject({ code: 'fill-failed', details: { found: name } });
    },
  );

  test('says how long the call is not made again, where it is not', () => {
    expect(tell('fill-failed').message).toContain('not repeated for 500 ms');
    for (const retryAfter of [1000, 1]) {
      expect(tell('fill-failed', retryAfter).message).not.toContain('not made again');
    }
  });
});

test('the class of a failure, which everybody can read, holds nothing of its message', () => {
  expect(classOf(asFillError(new Error('password=hunter2'), 'the call'))).toBe('fill-failed');
});

test('an item that cannot be encoded is named by its number, never by what is in it', () => {
  const cause = new TypeError('it has a cycle');
  expect(unencodable(cause, 17)).toMatchObject({
    code: 'item-unencodable',
    cause,
    details: { where: 'item 17', found: 'it has a cycle' },
  });
  expect(unencodable(cause, 17, 'cleaned item').details.where).toBe('cleaned item 17');
  expect(unencodable('thrown', 0).message).not.toContain('thrown');
});
