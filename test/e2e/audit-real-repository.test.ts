/**
 * The past of a real configuration repository: after each of ten deployments along its history, blame says what
 * `git log -1` says, and in the end every one of the ten is still told as `git show` tells it.
 */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { hasBundle, openBundle, type BundleFixture } from '../../harness/bundle-fixture.ts';
import type { EnvironmentFixture } from '../../harness/environment-fixture.ts';
import { seededRandom } from '../../harness/seeded-random.ts';

const bundle = 'openstack-project-config';
const points = 10;
const picked = 50;

describe.skipIf(!hasBundle(bundle))(`${bundle}, needs its bundle`, () => {
  let opened: BundleFixture;
  let fixture: EnvironmentFixture;
  let remote: string;
  const run = promisify(execFile);
  /** Not in the way of the official client, which has to answer its server meanwhile. */
  const git = async (...args: string[]): Promise<Buffer> =>
    (await run('git', ['-C', remote, ...args], { encoding: 'buffer', maxBuffer: 2 ** 28 })).stdout;
  const lastCommit = async (commit: string, path: string): Promise<string> =>
    (await git('--literal-pathspecs', 'log', '-1', '--format=%H', commit, '--', path)).toString().trim();

  beforeAll(async () => {
    opened = await openBundle(bundle, inject('zookeeper'));
    ({ environment: fixture, remote } = opened);
  });
  afterAll(() => opened.remove());

  test('blame is git log -1 after each of ten deployments, and at is git show for each of them', async () => {
    const random = seededRandom(5);
    const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;
    const history = (await git('rev-list', '--first-parent', '--reverse', 'main')).toString().trim();
    const all = history.split('\n');
    const commits = Array.from(
      { length: points },
      (_, index) => all[Math.round((index * (all.length - 1)) / (points - 1))] as string,
    );
    for (const [index, commit] of commits.entries()) {
      await git('update-ref', 'refs/heads/walk', commit);
      expect((await fixture.sync()).result).toMatchObject({ outcome: 'applied', revision: index + 1 });
      const { entries } = await fixture.enclosure.blame('production', { path: '.', tree: true });
      const files = entries.filter(({ file }) => file !== null);
      expect(files.length).toBeGreaterThan(100);
      expect(
        entries.filter(({ live, deployment }) => live.verdict !== 'same' || deployment === null),
      ).toEqual([]);
      for (const { path, commit: found } of Array.from({ length: picked }, () => pick(files))) {
        expect(found?.sha, path).toBe(await lastCommit(commit, path));
      }
      const { path } = pick(files);
      const one = await fixture.enclosure.blame('production', { path });
      expect(one.entries).toEqual(files.filter((file) => file.path === path));
    }
    for (const [index, commit] of commits.entries()) {
      const moment = { revision: index + 1 };
      const { znodes } = await fixture.enclosure.at('production', { moment });
      const listing = (await git('ls-tree', '-r', '-z', '--format=%(objectname) %(path)', commit)).toString();
      const blobs = listing.split('\0').filter((line) => line !== '' && !/\.git(?:ignore|keep)$/.test(line));
      const listed = new Set(znodes.map(({ oid, path }) => `${oid} ${path}`));
      expect(blobs.filter((line) => !listed.has(line))).toEqual([]);
      for (const line of Array.from({ length: 5 }, () => pick(blobs))) {
        const path = line.slice(line.indexOf(' ') + 1);
        const { content } = await fixture.enclosure.at('production', { moment, path });
        expect(content?.data.equals(await git('show', `${commit}:${path}`)), path).toBe(true);
      }
    }
  });
});
