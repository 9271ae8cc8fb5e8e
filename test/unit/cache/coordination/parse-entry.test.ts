import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  absentEntry,
  formatEntry,
  parseEntry,
  type EntryFacts,
} from '../../../../src/cache/coordination/parse-entry.ts';

const path = '/enclosure/cache/orders/4f3a';
const count = fc.maxSafeNat();
const text = fc.string();
const token = fc.stringMatching(/^[0-9a-f]{1,64}$/u);
const filling = fc.record({ token, owner: text, since: count });
const failure = fc.record({ class: text, retryAfter: count, generation: count });
const result = fc.record({
  epoch: count,
  token,
  count,
  bytes: count,
  digest: text,
  expires: fc.option(count),
  generation: count,
});
const any = { key: text, epoch: count, filling: fc.option(filling), failure: fc.option(failure) };
const format = fc.constant<1>(1);
const optional = fc.option(result);
const entries: fc.Arbitrary<EntryFacts> = fc.oneof(
  fc.record({ ...any, format, state: fc.constant('absent' as const), result: optional }),
  fc.record({ ...any, format, state: fc.constant('filling' as const), filling, result: optional }),
  fc.record({ ...any, format, state: fc.constant('ready' as const), result }),
  fc.record({ ...any, format, state: fc.constant('failed' as const), failure, result: optional }),
);

const whole = {
  format: 1,
  key: '2026-11',
  epoch: 2,
  state: 'ready',
  filling: { token: 'ab12', owner: 'host:1', since: 1 },
  failure: { class: 'fill-failed', retryAfter: 1, generation: 1 },
  result: { epoch: 2, token: 'ab12', count: 1, bytes: 1, digest: 'd', expires: null, generation: 1 },
};
const errorOf = (value: string | Buffer): unknown => {
  try {
    return parseEntry(Buffer.from(value), path);
  } catch (error) {
    return error;
  }
};
const unreadable = expect.objectContaining({
  code: 'state-unreadable',
  message: expect.stringContaining(path),
});

describe('the state of a key', () => {
  test('is read as it was written', () => {
    fc.assert(
      fc.property(entries, (facts) => {
        expect(parseEntry(formatEntry(facts), path)).toEqual(facts);
      }),
    );
  });

  test('is not there yet where nothing was written, and only there', () => {
    expect(parseEntry(new Uint8Array(), path)).toBeUndefined();
    fc.assert(
      fc.property(fc.oneof(fc.json(), text, fc.constantFrom(' ', '\n', '\u0000')), (anything) => {
        fc.pre(anything !== '');
        expect(errorOf(anything)).toEqual(unreadable);
      }),
    );
  });

  test('that was half written is an error, wherever it was cut', () => {
    const written = JSON.stringify(whole);
    expect(parseEntry(Buffer.from(written), path)).toEqual(whole);
    for (let length = 1; length < written.length; length += 1) {
      expect(errorOf(written.slice(0, length))).toEqual(unreadable);
    }
  });

  test('with any field missing or of another kind is an error', () => {
    const taken: string[] = [];
    const others = [undefined, 7.5, -1, true, [], {}, 2 ** 53, [whole], 'NaN', null];
    const nullable = ['filling', 'failure', 'result.expires'];
    const tryAll = (name: string, value: unknown, change: (other: unknown) => unknown): void => {
      for (const other of others) {
        if (other === null && nullable.includes(name)) continue;
        if (typeof other === typeof value && typeof other === 'string' && name !== 'state') continue;
        if (errorOf(JSON.stringify(change(other))) instanceof Error) continue;
        taken.push(`${name}: ${JSON.stringify(other)}`);
      }
    };
    for (const [name, value] of Object.entries(whole)) {
      tryAll(name, value, (other) => ({ ...whole, [name]: other }));
      if (typeof value !== 'object') continue;
      for (const [inner, innermost] of Object.entries(value)) {
        tryAll(`${name}.${inner}`, innermost, (other) => ({
          ...whole,
          [name]: { ...value, [inner]: other },
        }));
      }
    }
    expect(taken).toEqual([]);
  });

  test.each(['filling', 'ready', 'failed'])('that is %s without what belongs to it is an error', (state) => {
    const bare = { ...whole, state, filling: null, failure: null, result: null };
    expect(errorOf(JSON.stringify(bare))).toEqual(unreadable);
  });

  test.each(['', '..', 'a/b', '../x', 'AB', 'ab12\n', 'a'.repeat(65)])(
    'with a token that could lead elsewhere in a store is an error: %j',
    (wrong) => {
      expect(errorOf(JSON.stringify({ ...whole, result: { ...whole.result, token: wrong } }))).toEqual(
        unreadable,
      );
      expect(errorOf(JSON.stringify({ ...whole, filling: { ...whole.filling, token: wrong } }))).toEqual(
        unreadable,
      );
    },
  );

  test('of a newer format is refused by name, whatever else is in it', () => {
    for (const newer of [{ ...whole, format: 2 }, { format: 17 }]) {
      expect(errorOf(JSON.stringify(newer))).toEqual(
        expect.objectContaining({
          code: 'state-newer',
          message: expect.stringMatching(new RegExp(`${path}.*format ${newer.format}`, 'u')),
        }),
      );
    }
  });
});

test('of a key only the beginning is written, and always as text that can be read back', () => {
  expect(absentEntry('a'.repeat(200)).key).toBe('a'.repeat(200));
  expect(absentEntry('a'.repeat(201)).key).toBe(`${'a'.repeat(200)}…`);
  expect(absentEntry(`${'a'.repeat(199)}😀b`).key).toBe(`${'a'.repeat(199)}\ufffd…`);
  expect(parseEntry(formatEntry(absentEntry('\ud800')), path)?.key).toBe('\ufffd');
});
