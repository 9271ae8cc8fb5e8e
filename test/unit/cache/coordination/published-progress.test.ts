import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseProgress } from '../../../../src/cache/coordination/published-progress.ts';

const progress = { token: 't', parts: 2, items: 30, bytes: 400, complete: true };
const parse = (value: unknown) => parseProgress(Buffer.from(JSON.stringify(value)));

test('progress is read as it was written; what is in it besides is left out', () => {
  expect(parse(progress)).toEqual(progress);
  expect(parse({ ...progress, complete: false, more: 1 })).toEqual({ ...progress, complete: false });
});

test('nothing but true says that a call has ended', () => {
  for (const complete of [undefined, null, 1, 'true', {}]) {
    expect(parse({ ...progress, complete })).toEqual({ ...progress, complete: false });
  }
});

test.each(['token', 'parts', 'items', 'bytes'])(
  'without %s, or with a wrong one, it is no progress',
  (name) => {
    for (const wrong of [undefined, null, -1, 1.5, [], {}, true]) {
      expect(parse({ ...progress, [name]: wrong })).toBeUndefined();
    }
  },
);

test('whatever else there is, is no progress: who reads along waits on', () => {
  fc.assert(
    fc.property(fc.oneof(fc.json(), fc.string()), (text) => {
      expect(parseProgress(Buffer.from(text))).toBeUndefined();
    }),
  );
  expect(parseProgress(Buffer.from(JSON.stringify(progress).slice(0, -1)))).toBeUndefined();
  expect(parseProgress(new Uint8Array())).toBeUndefined();
});
