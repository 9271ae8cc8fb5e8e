import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { contentIdOf } from '../../../src/model/content-id.ts';
import { emptyContent } from '../../../src/model/content-id.ts';

const contents = {
  empty: Buffer.alloc(0),
  'a line': Buffer.from('key: value\n'),
  binary: Buffer.from([0, 255, 13, 10, 0]),
  // both ways of hashing meet here: the one-go buffer holds 16 KiB with its header
  'just within the one-go buffer': Buffer.alloc(16_384 - 11, 7),
  'just beyond it': Buffer.alloc(16_384 - 10, 7),
  large: Buffer.alloc(1_000_000, 'x'),
};

describe('contentIdOf', () => {
  test.each(Object.entries(contents))('is what git says of contents that are %s', (_title, data) => {
    const said = execFileSync('git', ['hash-object', '--stdin'], { input: data }).toString().trim();
    expect(contentIdOf('sha1', data)).toBe(said);
  });

  test('knows the hash of SHA-256 repositories', () => {
    expect(contentIdOf('sha256', Buffer.alloc(0))).toBe(emptyContent.sha256);
    // printf 'test' | git hash-object --stdin in a repository made with --object-format=sha256
    expect(contentIdOf('sha256', Buffer.from('test'))).toBe(
      'aa19560d465e7d43915547490a1f6b73eb55702e3d12cb82fb577df60bad4928',
    );
  });
});
