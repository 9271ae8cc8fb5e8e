import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ByteQueue } from '../../../../src/git/process/byte-queue.ts';

test('lines and lengths come out the same wherever the bytes are split', () => {
  const record = fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes));
  fc.assert(
    fc.property(
      fc.array(record, { maxLength: 20 }),
      fc.array(fc.nat(20), { minLength: 1 }),
      (records, cuts) => {
        const stream = Buffer.concat(records.flatMap((data) => [Buffer.from(`${data.length}\n`), data]));
        const queue = new ByteQueue();
        const seen: Buffer[] = [];
        let wanted: number | undefined;
        let at = 0;
        for (let turn = 0; at < stream.length; turn += 1) {
          const size = (cuts[turn % cuts.length] ?? 0) + 1;
          queue.push(stream.subarray(at, at + size));
          at += size;
          for (;;) {
            const line = wanted === undefined ? queue.takeUntil(0x0a) : undefined;
            if (line !== undefined) wanted = Number(line.toString());
            if (wanted === undefined || queue.length < wanted) break;
            seen.push(Buffer.from(queue.take(wanted)));
            wanted = undefined;
          }
        }
        expect(seen).toEqual(records);
        expect(queue.length).toBe(0);
      },
    ),
  );
});

test('bytes that are not there cannot be taken or skipped', () => {
  const queue = new ByteQueue();
  queue.push(Buffer.from('abc'));
  expect(queue.takeUntil(0x0a)).toBeUndefined();
  expect(() => queue.take(4)).toThrow(RangeError);
});
