/**
 * What every store of level 2 holds, whatever it is made of. An implementation passes by running this suite; see
 * `directory-store.test.ts`. Each test works below a prefix of its own.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PartStore } from '../../src/cache/store/part-store.ts';
import { EnclosureError, isEnclosureError } from '../../src/base/enclosure-error.ts';

export interface PartStoreSubject {
  /** Two that were opened in one place, as two processes do. */
  readonly store: PartStore;
  readonly other: PartStore;
  /** Closes both, and ends whatever was started for them. */
  stop(): Promise<void>;
}

const text = (value: string): Buffer => Buffer.from(value);
const bytesOf = async (store: PartStore, name: string): Promise<string | undefined> =>
  (await store.get(name))?.toString();

export function describePartStore(name: string, start: () => Promise<PartStoreSubject>): void {
  describe(`${name} holds the contract of a store of level 2`, () => {
    let subject: PartStoreSubject;
    let store: PartStore;
    let other: PartStore;
    beforeAll(async () => {
      subject = await start();
      ({ store, other } = subject);
    });
    afterAll(() => subject.stop());

    const listed = async (prefix: string): Promise<readonly string[]> =>
      (await other.list(prefix)).toSorted();
    const putAll = async (names: readonly string[]): Promise<void> => {
      for (let done = 0; done < names.length; done += 50) {
        const some = names.slice(done, done + 50);
        await Promise.all(some.map((one) => store.put(one, text(one))));
      }
    };

    it('hands out to others what was put', async () => {
      await store.put('whole/a-1/part_0.x', text('bytes'));
      expect(await bytesOf(other, 'whole/a-1/part_0.x')).toBe('bytes');
    });

    it('has nothing under a name that was not put', async () => {
      await store.put('missing/there/object', text('bytes'));
      expect(await store.get('missing/nowhere/object')).toBeUndefined();
      expect(await store.get('missing/there')).toBeUndefined();
      expect(await store.get('missing/there/object/below')).toBeUndefined();
      expect(await store.list('missing/nowhere')).toEqual([]);
      expect(await store.list('missing/there/object')).toEqual([]);
    });

    it('replaces an object by a shorter one and by a longer one', async () => {
      for (const value of ['first', '2nd', 'the third']) {
        await store.put('replaced', text(value));
        expect(await bytesOf(other, 'replaced')).toBe(value);
      }
      expect(await store.list('replaced')).toEqual([]);
    });

    it('keeps an object without bytes', async () => {
      await store.put('empty/object', new Uint8Array());
      expect(await other.get('empty/object')).toEqual(Buffer.alloc(0));
      expect(await listed('empty')).toEqual(['empty/object']);
    });

    it('keeps every byte of an object of 4 MiB, and of a view of one', async () => {
      const large = Buffer.alloc(
        4 * 1024 * 1024,
        Uint8Array.from({ length: 251 }, (_, index) => index),
      );
      await store.put('large/all', large);
      await store.put('large/view', new Uint8Array(large.buffer, large.byteOffset + 7, 1000));
      expect((await other.get('large/all'))?.equals(large)).toBe(true);
      expect((await other.get('large/view'))?.equals(large.subarray(7, 1007))).toBe(true);
    });

    it('lists what is below whole segments, at any depth, and nothing beside', async () => {
      await putAll(['list/a/b/x', 'list/a/b/c/d/y', 'list/a/bc/x', 'list/a/b.c', 'list/ab/b/x']);
      expect(await listed('list/a/b')).toEqual(['list/a/b/c/d/y', 'list/a/b/x']);
      expect(await listed('list/a')).toEqual(['list/a/b.c', 'list/a/b/c/d/y', 'list/a/b/x', 'list/a/bc/x']);
    });

    it('removes what it is told to, whether it is there or not', async () => {
      await putAll(['remove/a/x', 'remove/a/y', 'remove/b/x']);
      await store.remove(['remove/a/x', 'remove/nowhere/x', 'remove/b/x']);
      await store.remove([]);
      expect(await listed('remove')).toEqual(['remove/a/y']);
      expect(await other.get('remove/a/x')).toBeUndefined();
      await store.put('remove/b/x', text('again'));
      expect(await bytesOf(other, 'remove/b/x')).toBe('again');
    });

    it('lists and removes 2,500 objects', async () => {
      const names = Array.from({ length: 2500 }, (_, index) => `many/of/${String(index).padStart(6, '0')}`);
      await putAll(names);
      expect(await listed('many/of')).toEqual(names);
      await store.remove(names.slice(1));
      expect(await listed('many')).toEqual(names.slice(0, 1));
    });

    it('leaves one whole object where several are put under one name', async () => {
      const values = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'].map((letter, index) =>
        letter.repeat(100_000 * (index + 1)),
      );
      const puts = values.map((value, index) =>
        (index % 2 === 0 ? store : other).put('together/one', text(value)),
      );
      await Promise.all(puts);
      expect(values).toContain(await bytesOf(store, 'together/one'));
      expect(await listed('together')).toEqual(['together/one']);
    });

    it('does nothing once the signal has fired, and fails with its reason', async () => {
      await store.put('aborted/there', text('bytes'));
      const reason = new EnclosureError('cache-timeout', 'too late');
      const signal = AbortSignal.abort(reason);
      await expect(store.put('aborted/new', text('bytes'), signal)).rejects.toBe(reason);
      await expect(store.get('aborted/there', signal)).rejects.toBe(reason);
      await expect(store.list('aborted', signal)).rejects.toBe(reason);
      await expect(store.remove(['aborted/there'], signal)).rejects.toBe(reason);
      expect(await listed('aborted')).toEqual(['aborted/there']);
    });

    it('leaves all of an object or nothing where the signal fires meanwhile', async () => {
      const controller = new AbortController();
      const large = Buffer.alloc(4 * 1024 * 1024, 'x');
      const put = store.put('meanwhile/object', large, controller.signal);
      setImmediate(() => controller.abort());
      const outcome = await put.then(
        () => 'put',
        (error: unknown) => (isEnclosureError(error, 'aborted') ? 'aborted' : error),
      );
      expect(['put', 'aborted']).toContain(outcome);
      const found = await other.get('meanwhile/object');
      expect(found === undefined || found.equals(large)).toBe(true);
    });

    it.each([
      '',
      '..',
      '../out',
      'a/../../out',
      '/etc/passwd',
      'a//b',
      'a/.',
      'a\\b',
      'a\0',
      'a/b ',
      'a/b\n',
      'ä',
    ])('takes %j for a fault of the program and not for a name', async (bad) => {
      const works = [store.put(bad, text('x')), store.get(bad), store.list(bad), store.remove(['good', bad])];
      for (const outcome of await Promise.allSettled(works)) {
        expect(outcome).toMatchObject({
          status: 'rejected',
          reason: { message: expect.stringContaining('the name of an object') as unknown },
        });
        expect(outcome.status === 'rejected' && isEnclosureError(outcome.reason)).toBe(false);
      }
    });
  });
}
