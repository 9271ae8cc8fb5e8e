/**
 * Documents as released versions have written them. They are never changed: what is in an ensemble stays readable
 * (docs/design.md, "Formats of what is stored"). A new format gets documents of its own here, beside these.
 */
import { expect, test } from 'vitest';
import { parseHold, parseHoldEvent } from '../../../src/state/parse-hold.ts';
import { parseReceipt } from '../../../src/state/parse-receipt.ts';
import { parseRecord, parseState } from '../../../src/state/parse-state.ts';

const [one, two] = ['1'.repeat(40), '2'.repeat(64)];

const documents: readonly (readonly [string, (data: Buffer) => unknown, string])[] = [
  [
    'a state of format 1 that is applied',
    (data) => parseState(data, '/e'),
    `{"format":1,"environment":"production","znode":"/env","repository":"https://example.com/c.git","branch":"main","mapping":{"directory":"d","layout":"file","unsupported":"refuse"},"mappingDigest":"abc","revision":3,"commit":"${one}","phase":"applied","znodes":12,"time":"2026-01-01T00:00:00.000Z"}`,
  ],
  [
    'a state of format 1 that is applying its first deployment',
    (data) => parseState(data, '/e'),
    `{"format":1,"environment":"production","znode":"/env","repository":"https://example.com/c.git","branch":"main","mapping":{"directory":"","layout":"directory","unsupported":"skip"},"mappingDigest":"abc","revision":0,"commit":null,"phase":"applying","target":{"revision":1,"commit":"${two}","mapping":{"directory":"","layout":"directory","unsupported":"skip"},"earlier":[{"commit":"${one}","mapping":{"directory":"","layout":"file","unsupported":"refuse"}}]},"znodes":0,"time":"2026-01-01T00:00:00.000Z"}`,
  ],
  [
    'a record of format 1',
    (data) => parseRecord(data, '/e/history/0000000002'),
    `{"format":1,"environment":"production","revision":2,"commit":"${one}","previousCommit":null,"commits":[{"sha":"${one}","author":"A <a@example.com>","subject":"s"}],"commitsCut":0,"reason":"push","actor":"alice","delivery":"d-1","started":"2026-01-01T00:00:00.000Z","ended":"2026-01-01T00:00:01.000Z","counts":{"created":1,"updated":1,"deleted":1,"unchanged":1},"transactions":1,"mode":"fast","changes":[{"path":"a","action":"create","before":null,"after":"${one}"},{"path":"b","action":"update","before":"${one}","after":"${one}"},{"path":"c","action":"delete","before":"${one}","after":null}],"changesCut":0}`,
  ],
  [
    'a record of format 1 of a rollback, with a message',
    (data) => parseRecord(data, '/e/history/0000000003'),
    `{"format":1,"environment":"production","revision":3,"commit":"${two}","previousCommit":"${two}","commits":[],"commitsCut":7,"reason":"rollback","actor":"alice","delivery":null,"started":"2026-01-01T00:00:00.000Z","ended":"2026-01-01T00:00:01.000Z","counts":{"created":0,"updated":0,"deleted":0,"unchanged":0},"transactions":0,"mode":"full","changes":[],"changesCut":4,"message":"why"}`,
  ],
  [
    'a hold of format 1',
    (data) => parseHold(data, '/e/hold'),
    `{"format":1,"environment":"production","who":"alice","why":null,"since":"2026-03-01T12:00:00.000Z","until":"2026-03-01T14:00:00.000Z","rollback":{"from":{"revision":4,"commit":"${one}"},"to":{"revision":5,"commit":"${two}"}}}`,
  ],
  [
    'the event of a hold, of format 1',
    (data) => parseHoldEvent(data, '/e/history/0000000003-0000'),
    `{"format":1,"kind":"resume","environment":"production","revision":5,"who":"bob","why":"mended","until":null,"time":"2026-03-01T13:00:00.000Z"}`,
  ],
  [
    'a receipt of format 1',
    parseReceipt,
    `{"format":1,"name":"web-0000000001","host":"h","pid":7,"labels":{"zone":"a"},"data":{"free":true},"revision":3,"commit":"${one}","digest":"d","status":"rejected","rejected":{"revision":4,"commit":"${two}","reason":"no","time":"2026-01-01T00:00:00.000Z"},"problem":null,"since":"2026-01-01T00:00:00.000Z","joined":"2026-01-01T00:00:00.000Z"}`,
  ],
];

test.each(documents)('%s is read, wholly', (_, parse, text) => {
  expect(parse(Buffer.from(text))).toEqual(JSON.parse(text));
});

test.each(documents)('%s is read over a field that a newer program added', (_, parse, text) => {
  const known = JSON.parse(text) as object;
  expect(parse(Buffer.from(JSON.stringify({ ...known, added: [1] })))).toEqual(known);
});
