import { describe, expect, test } from 'vitest';
import { checkOptions } from '../../../src/cache/check-options.ts';
import type { BulkCacheOptions } from '../../../src/cache/bulk-cache-options.ts';

const connection = { connect: '127.0.0.1:2181' };
const rest = { namespace: 'orders', level2: { directory: '/mnt/cache' } };
const options: BulkCacheOptions<unknown> = { ...connection, ...rest };
const check = (change: object) => () => checkOptions({ ...options, ...change });

describe('checkOptions', () => {
  test('gives back the connection, whether it is among the options or one of them', () => {
    expect(checkOptions(options)).toMatchObject(connection);
    expect(checkOptions({ zookeeper: connection, ...rest })).toEqual(connection);
  });

  test.each([
    { namespace: 'a' },
    { namespace: '7.Orders_of-2026' },
    { namespace: 'a'.repeat(100) },
    { stateRoot: '/a/b' },
    { ttl: 0, negativeTtl: 1e15, fillTimeout: 2 ** 31 - 1, maxWaiters: 0, workingMemoryBytes: 0 },
    { level1: { memoryBytes: 0, directoryBytes: Number.MAX_SAFE_INTEGER } },
    { level2: { s3: { bucket: 'parts', endpoint: 'http://127.0.0.1:9000', timeout: 5000 } } },
  ])('takes what can be used: %j', (change) => {
    expect(check(change)).not.toThrow();
  });

  test.each([
    ['connect', { connect: undefined }],
    ['namespace', { namespace: undefined }],
    ['namespace', { namespace: '' }],
    ['namespace', { namespace: '.hidden' }],
    ['namespace', { namespace: '-a' }],
    ['namespace', { namespace: '..' }],
    ['namespace', { namespace: 'a/b' }],
    ['namespace', { namespace: 'a\n' }],
    ['namespace', { namespace: 'ä' }],
    ['namespace', { namespace: 'a'.repeat(101) }],
    ['stateRoot', { stateRoot: '/' }],
    ['stateRoot', { stateRoot: '' }],
    ['stateRoot', { stateRoot: 'enclosure' }],
    ['stateRoot', { stateRoot: '/enclosure/' }],
    ['ttl', { ttl: -1 }],
    ['ttl', { ttl: NaN }],
    ['ttl', { ttl: Infinity }],
    ['ttl', { ttl: 1e15 + 1 }],
    ['fillTimeout', { fillTimeout: 2 ** 31 }],
    ['maxWaiters', { maxWaiters: '7' }],
    ['workingMemoryBytes', { workingMemoryBytes: null }],
    ['level1.memoryBytes', { level1: { memoryBytes: -1 } }],
    ['level1.directoryBytes', { level1: { directoryBytes: NaN } }],
    ['sessionTimeout', { sessionTimeout: 2 ** 31 }],
    ['level2.s3.timeout', { level2: { s3: { bucket: 'parts', timeout: Infinity } } }],
    ['level2.s3.endpoint', { level2: { s3: { bucket: 'parts', endpoint: 'nowhere' } } }],
  ])('names the option that cannot be used: %s of %j', (option, change) => {
    expect(check(change)).toThrow(
      expect.objectContaining({
        code: 'usage-invalid',
        message: expect.stringContaining(`the option "${option}"`),
      }),
    );
  });

  test.each(['ttl', 'negativeTtl'])(
    'takes no part of a millisecond as %s: no znode may hold one',
    (option) => {
      expect(check({ [option]: 1500.5 })).toThrow(/a whole number .* found "1500\.5"/u);
    },
  );

  test('refuses credentials in an endpoint, which is written to a znode, and does not repeat them', () => {
    const endpoint = 'http://minio:hunter2@127.0.0.1:9000';
    const refuse = check({ level2: { s3: { bucket: 'parts', endpoint } } });
    expect(refuse).toThrow(/"level2\.s3\.endpoint".*without credentials/u);
    expect(refuse).not.toThrow(/hunter2|minio/u);
  });

  test('passes on what is wrong with the servers', () => {
    expect(check({ connect: 'host:99999' })).toThrow(
      expect.objectContaining({ code: 'configuration-invalid' }),
    );
  });
});
