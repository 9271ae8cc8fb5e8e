import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FrameSplitter, maxReplyLength } from '../../../../../src/zookeeper/wire/protocol/frame-splitter.ts';
import { buffer, int } from './jute-bytes.ts';

function splitInto(chunks: readonly Uint8Array[]): string[] {
  const frames: string[] = [];
  const splitter = new FrameSplitter((frame) => frames.push(frame.toString('hex')));
  for (const chunk of chunks) splitter.push(chunk);
  return frames;
}

describe('FrameSplitter', () => {
  const first = Buffer.from('the first frame');
  const second = Buffer.from([0]);
  const stream = Buffer.concat([buffer(first), buffer(new Uint8Array(0)), buffer(second)]);
  const expected = [first.toString('hex'), '', second.toString('hex')];

  test('cuts a stream that comes in one piece', () => {
    expect(splitInto([stream])).toEqual(expected);
  });

  test('cuts a stream that is split at any byte', () => {
    for (let at = 0; at <= stream.length; at += 1) {
      expect(splitInto([stream.subarray(0, at), stream.subarray(at)])).toEqual(expected);
    }
  });

  test('cuts a stream that comes byte by byte', () => {
    expect(splitInto([...stream].map((byte) => Uint8Array.of(byte)))).toEqual(expected);
  });

  test('cuts any frames in any chunks', () => {
    fc.assert(
      fc.property(
        fc.array(fc.uint8Array({ maxLength: 40 })),
        fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1 }),
        (frames, sizes) => {
          const bytes = Buffer.concat(frames.map((frame) => buffer(frame)));
          const chunks: Uint8Array[] = [];
          for (let at = 0, index = 0; at < bytes.length; index += 1) {
            const size = sizes[index % sizes.length] ?? 1;
            chunks.push(bytes.subarray(at, at + size));
            at += size;
          }
          expect(splitInto(chunks)).toEqual(frames.map((frame) => Buffer.from(frame).toString('hex')));
        },
      ),
    );
  });

  test('a frame keeps its bytes when the chunk is used again', () => {
    const frames: Buffer[] = [];
    const splitter = new FrameSplitter((frame) => frames.push(frame));
    const chunk = Buffer.concat([buffer(first)]);
    splitter.push(chunk);
    chunk.fill(0);
    expect(frames[0]?.equals(first)).toBe(true);
  });

  test.each([-1, maxReplyLength + 1])('refuses the length %i as no ZooKeeper frame', (length) => {
    expect(() => splitInto([int(length)])).toThrow(expect.objectContaining({ code: 'protocol-violated' }));
  });
});
