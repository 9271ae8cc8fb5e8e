/** The contract on S3, as an emulator has it over its real HTTP API. */
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { openS3Store } from '../../src/cache/store/open-s3-store.ts';
import { noNode22 } from '../../harness/aws-tools.ts';
import { startSqsEmulator, type SqsEmulator } from '../../harness/sqs-emulator.ts';
import { describePartStore } from './part-store.ts';

describe.skipIf(noNode22 !== undefined)('S3', () => {
  let emulator: SqsEmulator;
  beforeAll(async () => {
    emulator = await startSqsEmulator();
    vi.stubEnv('AWS_ACCESS_KEY_ID', emulator.credentials.accessKeyId);
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', emulator.credentials.secretAccessKey);
  });
  afterAll(async () => {
    vi.unstubAllEnvs();
    await emulator.stop();
  });

  /** Opens a store in a bucket, which is made where `made` says so. */
  async function open(bucket: string, prefix: string, made = true): Promise<ReturnType<typeof openS3Store>> {
    const { endpoint, region } = emulator;
    if (made) await emulator.putObject(bucket, 'not-ours', '');
    return openS3Store({ bucket, prefix, endpoint, region });
  }

  describePartStore('a bucket', async () => {
    const [store, other] = await Promise.all([open('whole', ''), open('whole', '')]);
    return { store, other, stop: async () => void (await Promise.all([store.close(), other.close()])) };
  });

  test('a prefix stands before every name, and what lies beside it is not seen', async () => {
    const inside = await open('shared', '/some/prefix/');
    const beside = await open('shared', 'some/prefixed');
    await inside.put('a/x', Buffer.from('inside'));
    await beside.put('a/x', Buffer.from('beside'));
    await emulator.putObject('shared', 'some/prefix/a/', '');
    await emulator.putObject('shared', 'some/prefix/a/of another', '');
    expect(inside.place).toBe('s3://shared/some/prefix');
    expect(await inside.list('a')).toEqual(['a/x']);
    expect((await inside.get('a/x'))?.toString()).toBe('inside');
    const answer = await fetch(`${emulator.endpoint}/shared/some/prefix/a/x`);
    expect(await answer.text()).toBe('inside');
    await inside.remove(['a/x']);
    expect((await beside.get('a/x'))?.toString()).toBe('beside');
    await Promise.all([inside.close(), beside.close()]);
  });

  test('a bucket that is not there is named, whatever is asked of it', async () => {
    const store = await open('nowhere', 'prefix', false);
    const works = [
      store.put('a/x', Buffer.from('x')),
      store.get('a/x'),
      store.list('a'),
      store.remove(['a/x']),
    ];
    for (const outcome of await Promise.allSettled(works)) {
      expect(outcome).toMatchObject({
        status: 'rejected',
        reason: {
          code: 'store-failed',
          message: expect.stringMatching(
            /s3:\/\/nowhere\/prefix\/a.*NoSuchBucket.*Create the bucket/,
          ) as unknown,
        },
      });
    }
    await store.close();
  });
});
