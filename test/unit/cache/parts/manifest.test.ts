import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { decodeManifest, encodeManifest, type Manifest } from '../../../../src/cache/parts/manifest.ts';

const manifest: Manifest = {
  format: 1,
  epoch: 7,
  count: 3,
  bytes: 8,
  parts: [{ name: 'result-000000', count: 3, bytes: 60, sha256: 'ab'.repeat(32) }],
};
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

describe('a manifest', () => {
  test('is read back with its digest, that of its bytes', () => {
    const { bytes, digest } = encodeManifest(manifest);
    expect(digest).toBe(sha256(bytes));
    expect(decodeManifest(bytes, digest)).toEqual(manifest);
  });

  test('without a part is read back', () => {
    const empty: Manifest = { format: 1, epoch: 1, count: 0, bytes: 0, parts: [] };
    const { bytes, digest } = encodeManifest(empty);
    expect(decodeManifest(bytes, digest)).toEqual(empty);
  });

  test('is known as damaged whatever byte is wrong or missing', () => {
    const { bytes, digest } = encodeManifest(manifest);
    for (const at of bytes.keys()) {
      const damaged = Buffer.from(bytes);
      damaged.writeUInt8(bytes.readUInt8(at) ^ 1, at);
      expect(decodeManifest(damaged, digest)).toBeUndefined();
      expect(decodeManifest(bytes.subarray(0, at), digest)).toBeUndefined();
    }
  });

  test('of another result is not taken for this one', () => {
    const { bytes } = encodeManifest(manifest);
    expect(decodeManifest(bytes, encodeManifest({ ...manifest, epoch: 8 }).digest)).toBeUndefined();
  });

  test('of a format that came later is a miss', () => {
    const bytes = Buffer.from(JSON.stringify({ ...manifest, format: 2 }));
    expect(decodeManifest(bytes, sha256(bytes))).toBeUndefined();
  });
});
