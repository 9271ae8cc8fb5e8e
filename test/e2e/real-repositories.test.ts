/**
 * Two real configuration repositories, walked from their oldest commit to their newest. After every deployment the tree,
 * read with the official client, equals what git says of that commit, and what the commits did not touch was not written.
 */
import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { hasBundle, openBundle, type BundleFixture } from '../../harness/bundle-fixture.ts';
import type { EnvironmentFixture } from '../../harness/environment-fixture.ts';

const step = 20;

for (const name of ['openstack-project-config', 'petclinic-config']) {
  describe.skipIf(!hasBundle(name))(`${name}, needs ${name}.bundle`, () => walk(name));
}

function walk(name: string): void {
  let opened: BundleFixture;
  let fixture: EnvironmentFixture;
  let remote: string;
  const git = (...args: string[]): Buffer =>
    execFileSync('git', ['-C', remote, ...args], { maxBuffer: 2 ** 28, stdio: ['ignore', 'pipe', 'pipe'] });

  beforeAll(async () => {
    opened = await openBundle(name, inject('zookeeper'));
    ({ environment: fixture, remote } = opened);
  });
  afterAll(() => opened.remove());

  test('the tree equals every commit of the walk, and untouched znodes keep their mzxid', async () => {
    const history = git('rev-list', '--first-parent', '--reverse', 'main').toString().trim().split('\n');
    const stops = [...new Set([...history.filter((_, index) => index % step === 0), history.at(-1) ?? ''])];
    expect(stops.length).toBeGreaterThan(2);
    let before = await fixture.tree();
    for (const [index, commit] of stops.entries()) {
      git('update-ref', 'refs/heads/walk', commit);
      const { result, plan } = await fixture.sync({ reason: 'push' });
      expect(plan.refusals).toEqual([]);
      expect(plan.mode).toBe(index === 0 ? 'full' : 'fast');
      expect(result.outcome).not.toBe('failed');

      const expected = filesOf(commit);
      const after = await fixture.tree();
      const files = [...after].filter(([path]) => expected.has(path));
      expect(files).toHaveLength(expected.size);
      for (const [path, znode] of after) {
        const file = expected.get(path);
        expect(znode.data.equals(file ?? Buffer.alloc(0)), `${path} at ${commit}`).toBe(true);
        if (file === undefined) expect(isDirectoryOf(path, expected), `${path} at ${commit}`).toBe(true);
        const earlier = before.get(path);
        if (earlier?.data.equals(znode.data) === true) expect(znode.mzxid, path).toBe(earlier.mzxid);
      }
      before = after;
    }
    expect(await fixture.enclosure.verify('production')).toMatchObject({ drift: [], unmanaged: [] });
  });

  function filesOf(commit: string): Map<string, Buffer> {
    const listing = git('ls-tree', '-r', '-z', '--format=%(objectname) %(path)', commit).toString();
    const entries = listing.split('\0').filter((line) => line !== '');
    const wanted = entries.map(
      (line) => [line.slice(line.indexOf(' ') + 1), line.slice(0, line.indexOf(' '))] as const,
    );
    const files = wanted.filter(([path]) => !/(?:^|\/)\.git(?:ignore|keep|attributes)$/.test(path));
    readBlobs(files.map(([, oid]) => oid));
    return new Map(files.map(([path, oid]) => [path, blobs.get(oid) ?? Buffer.from('no such blob')]));
  }

  const blobs = new Map<string, Buffer>();
  /** All in one process: while git runs, the official client cannot answer its server. */
  function readBlobs(oids: readonly string[]): void {
    const missing = [...new Set(oids)].filter((oid) => !blobs.has(oid));
    const input = missing.map((oid) => `${oid}\n`).join('');
    let rest = execFileSync('git', ['-C', remote, 'cat-file', '--batch'], { input, maxBuffer: 2 ** 28 });
    for (const oid of missing) {
      const headerEnd = rest.indexOf('\n') + 1;
      const size = Number(rest.subarray(0, headerEnd).toString().split(' ')[2]);
      blobs.set(oid, rest.subarray(headerEnd, headerEnd + size));
      rest = rest.subarray(headerEnd + size + 1);
    }
  }
}

function isDirectoryOf(path: string, files: ReadonlyMap<string, Buffer>): boolean {
  if (path === '') return true;
  for (const file of files.keys()) if (file.startsWith(`${path}/`)) return true;
  return false;
}
