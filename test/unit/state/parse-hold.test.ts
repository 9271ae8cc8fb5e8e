import { expect, test } from 'vitest';
import { stillHolds, type Hold, type HoldEvent } from '../../../src/model/hold.ts';
import { parseHold, parseHoldEvent } from '../../../src/state/parse-hold.ts';
import { holdUnderLock, shownHold } from '../../../src/state/read-hold.ts';
import { formatJson } from '../../../src/state/parse-state.ts';

const hold: Hold = {
  format: 1,
  environment: 'production',
  who: 'alice',
  why: null,
  since: '2026-03-01T12:00:00.000Z',
  until: '2026-03-01T14:00:00.000Z',
  rollback: { from: { revision: 4, commit: 'b'.repeat(40) }, to: { revision: 5, commit: 'a'.repeat(40) } },
};
const event: HoldEvent = {
  format: 1,
  kind: 'resume',
  environment: 'production',
  revision: 5,
  who: 'bob',
  why: 'mended',
  until: null,
  time: '2026-03-01T13:00:00.000Z',
};

test('a hold and an event are read as they were written', () => {
  expect(parseHold(formatJson(hold), '/e/hold')).toEqual(hold);
  expect(parseHoldEvent(formatJson(event), '/e/history/x')).toEqual(event);
});

test('what cannot be understood is an error that names the znode, and how to lift it; never "not held"', () => {
  for (const data of ['', '{}', JSON.stringify({ ...hold, until: 'soon' })]) {
    expect(() => parseHold(Buffer.from(data), '/e/hold')).toThrow(
      expect.objectContaining({
        code: 'state-unreadable',
        message: expect.stringMatching(/\/e\/hold.*delete it to lift the hold/u),
      }),
    );
  }
  const newer = Buffer.from(JSON.stringify({ ...hold, format: 2 }));
  expect(() => parseHold(newer, '/e/hold')).toThrow(expect.objectContaining({ code: 'state-newer' }));
});

test('a hold ends at its time, to the millisecond, and without one never', () => {
  const end = Date.parse(hold.until ?? '');
  expect([stillHolds(hold, end - 1), stillHolds(hold, end)]).toEqual([true, false]);
  expect(stillHolds({ until: null }, Number.MAX_SAFE_INTEGER)).toBe(true);
});

test("under the lock the servers' time alone decides; what is shown goes by the later of the two clocks", () => {
  const end = Date.parse(hold.until ?? '');
  const before = { hold, version: 0, lockWritten: end - 1 };
  const after = { hold, version: 0, lockWritten: end };
  expect([holdUnderLock(before), holdUnderLock(after)]).toEqual([hold, undefined]);
  expect([shownHold(before, end - 1), shownHold(before, end), shownHold(after, 0)]).toEqual([
    hold,
    undefined,
    undefined,
  ]);
});
