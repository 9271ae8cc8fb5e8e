/** Audit notes: on git as it is, and on a real ensemble. What a host of repositories does is in notes-https.test.ts. */
import { expect, test } from 'vitest';
import type { SyncRequest } from '../../../../src/model/sync/sync-request.ts';
import { environment, machine, noted, notedRecords, refusePushes } from './notes-fixture.ts';
import { recordsOf } from '../../../../harness/records-of.ts';

function request(name = 'production', change: Partial<SyncRequest> = {}): SyncRequest {
  return { environment: name, reason: 'manual', actor: 'alice', time: new Date().toISOString(), ...change };
}

test('a deployment is written as a note on its commit, word for word as the history has it', async () => {
  const fixture = await environment();
  const commit = fixture.git.commit({ a: 'one' });
  const { enclosure } = await machine([fixture.environment]);
  const { result, notes } = await enclosure.sync(request());
  expect(result.outcome).toBe('applied');
  expect(notes).toMatchObject({ written: 1, pending: 0, since: null });
  expect(notes).not.toHaveProperty('error');
  expect(notedRecords(fixture.git, commit)).toEqual(await recordsOf(enclosure));
});

test('without audit notes in the configuration nothing is pushed and nothing is said of them', async () => {
  const fixture = await environment();
  fixture.git.commit({ a: 'one' });
  expect(await fixture.sync()).not.toHaveProperty('notes');
  expect(fixture.git.git(['for-each-ref', 'refs/notes/'])).toBe('');
  expect((await fixture.enclosure.status(['production']))[0]).not.toHaveProperty('notes');
});

test('several environments and revisions of one commit stand in one note, sorted, each on its line', async () => {
  const fixture = await environment();
  const first = fixture.git.commit({ a: 'one' });
  const second = fixture.git.commit({ a: 'two' });
  const staging = { ...fixture.environment, name: 'staging', znode: `${fixture.root}-staging` };
  const { enclosure } = await machine([fixture.environment, staging]);
  await enclosure.sync(request());
  await enclosure.sync(request('staging'));
  await enclosure.sync(request('production', { commit: first, allowRewind: true }));
  await enclosure.sync(request('production'));
  expect(noted(fixture.git, first)).toEqual(['production 2']);
  expect(noted(fixture.git, second).toSorted()).toEqual(['production 1', 'production 3', 'staging 1']);
  const lines = fixture.git.git(['notes', '--ref=enclosure', 'show', second]).split('\n');
  expect(lines).toEqual(lines.toSorted());
});

test('a rollback has its note as well, and what was pending is written while the environment is held', async () => {
  const fixture = await environment();
  const first = fixture.git.commit({ a: 'one' });
  const { enclosure } = await machine([fixture.environment]);
  await enclosure.sync(request());
  const second = fixture.git.commit({ a: 'two' });
  // Without notes, as a process that died before it wrote them.
  await fixture.sync();
  const rollback = await enclosure.rollback({ environment: 'production', actor: 'bob', time: '' });
  expect(rollback.notes).toMatchObject({ written: 2, pending: 0 });
  expect(noted(fixture.git, first).toSorted()).toEqual(['production 1', 'production 3']);
  expect(noted(fixture.git, second)).toEqual(['production 2']);
  fixture.git.git(['update-ref', '-d', 'refs/notes/enclosure']);
  const elsewhere = await machine([fixture.environment]);
  const held = await elsewhere.enclosure.sync(request());
  expect([held.result.outcome, held.notes?.written]).toEqual(['held', 3]);
});

test('two machines that deploy one commit at the same moment both have their line in its note', async () => {
  const fixture = await environment();
  const commit = fixture.git.commit({ a: 'one' });
  const names = ['production', 'staging', 'test', 'demo'];
  const machines = await Promise.all(
    names.map((name) => machine([{ ...fixture.environment, name, znode: `${fixture.root}/${name}` }])),
  );
  const reports = await Promise.all(
    machines.map(({ enclosure }, index) => enclosure.sync(request(names[index]))),
  );
  expect(reports.map(({ notes }) => notes?.error)).toEqual(names.map(() => undefined));
  expect(noted(fixture.git, commit).toSorted()).toEqual(names.map((name) => `${name} 1`).toSorted());
});

test('environments that share a machine and its copy of the repository do not undo one another', async () => {
  const fixture = await environment();
  const commit = fixture.git.commit({ a: 'one' });
  const names = ['production', 'staging', 'test', 'demo'];
  const environments = names.map((name) => ({
    ...fixture.environment,
    name,
    znode: `${fixture.root}/${name}`,
  }));
  const { enclosure } = await machine(environments);
  const reports = await Promise.all(names.map((name) => enclosure.sync(request(name))));
  expect(reports.map(({ notes }) => notes?.error)).toEqual(names.map(() => undefined));
  expect(noted(fixture.git, commit).toSorted()).toEqual(names.map((name) => `${name} 1`).toSorted());
});

test('a push that is refused does not touch the deployment, is reported, and is made up for by the next run', async () => {
  const fixture = await environment();
  const commit = fixture.git.commit({ a: 'one' });
  const { enclosure } = await machine([fixture.environment]);
  const allow = await refusePushes(fixture.git);
  const { result, notes } = await enclosure.sync(request());
  expect(result).toMatchObject({ outcome: 'applied', revision: 1 });
  expect(notes).toMatchObject({ written: 0, pending: 1, error: { code: 'repository-denied' } });
  expect(notes?.error?.message).toContain('refs/notes/enclosure');
  const [record] = await recordsOf(enclosure);
  const [status] = await enclosure.status(['production']);
  expect(status?.notes).toEqual({ pending: 1, since: record?.ended });
  expect(status).not.toHaveProperty('error');

  await allow();
  const again = await enclosure.sync(request());
  expect(again.result.outcome).toBe('unchanged');
  expect(again.notes).toMatchObject({ written: 1, pending: 0 });
  expect(noted(fixture.git, commit)).toEqual(['production 1']);
  expect((await enclosure.status(['production']))[0]?.notes).toEqual({ pending: 0, since: null });
});

test('deployments of a process that died before it wrote their notes get them from whoever runs next', async () => {
  const fixture = await environment();
  const commits = ['one', 'two', 'three'].map((text) => fixture.git.commit({ a: text }));
  for (const commit of commits) await fixture.sync({ commit });
  const { enclosure } = await machine([fixture.environment]);
  const { notes } = await enclosure.sync(request());
  expect(notes).toMatchObject({ written: 3, pending: 0 });
  expect(commits.flatMap((commit) => noted(fixture.git, commit))).toEqual(
    [1, 2, 3].map((revision) => `production ${revision}`),
  );
});

test('a run that changes nothing does not ask the remote for notes that are known to be there', async () => {
  const fixture = await environment();
  fixture.git.commit({ a: 'one' });
  const { enclosure } = await machine([fixture.environment]);
  await enclosure.sync(request());
  // Nobody would notice this before the next deployment.
  fixture.git.git(['update-ref', '-d', 'refs/notes/enclosure']);
  expect((await enclosure.sync(request())).notes).toMatchObject({ written: 0, pending: 0 });
  expect(fixture.git.git(['for-each-ref', 'refs/notes/'])).toBe('');
  fixture.git.commit({ a: 'two' });
  expect((await enclosure.sync(request())).notes).toMatchObject({ written: 2, pending: 0 });
  fixture.git.git(['update-ref', '-d', 'refs/notes/enclosure']);
  expect((await enclosure.sync(request())).notes).toMatchObject({ written: 0, pending: 0 });
});

test('when the ensemble is lost the notes give the history that it had, and that of its next life before it', async () => {
  const fixture = await environment();
  for (const text of ['one', 'two', 'three']) {
    fixture.git.commit({ a: text, b: text });
    const { enclosure } = await machine([fixture.environment]);
    await enclosure.sync(request());
  }
  const before = await recordsOf(fixture.enclosure);
  expect(before).toHaveLength(3);
  // Nothing listens there: the ensemble is not asked.
  const lost = { ...fixture.environment.ensemble, connect: '127.0.0.1:9' };
  const { enclosure } = await machine([{ ...fixture.environment, ensemble: lost }]);
  expect(await enclosure.historyFromNotes('production')).toEqual({ records: before, unread: 0 });
  expect((await enclosure.historyFromNotes('production', { limit: 1 })).records).toEqual([before[0]]);

  const again = {
    ...fixture.environment,
    znode: `${fixture.root}-again`,
    stateRoot: `${fixture.root}-again-state`,
  };
  const next = await machine([again]);
  await next.enclosure.sync(request());
  const [first] = await recordsOf(next.enclosure);
  expect(first?.revision).toBe(1);
  expect((await next.enclosure.historyFromNotes('production')).records).toEqual([first, ...before]);
});

test('notes outlive a forced push and the garbage collection that takes their commits', async () => {
  const fixture = await environment();
  const gone = fixture.git.commit({ a: 'one' });
  const first = await machine([fixture.environment]);
  await first.enclosure.sync(request());
  const before = await recordsOf(fixture.enclosure);
  fixture.git.commit({ a: 'two' }, { orphan: true });
  fixture.git.git(['reflog', 'expire', '--expire=now', '--all']);
  fixture.git.git(['gc', '--quiet', '--prune=now']);
  expect(() => fixture.git.git(['cat-file', '-e', gone])).toThrow();

  const { enclosure } = await machine([fixture.environment]);
  expect((await enclosure.historyFromNotes('production')).records).toEqual(before);
  // Also a note that is only written now, on a commit that this machine has never seen.
  fixture.git.git(['update-ref', '-d', 'refs/notes/enclosure']);
  const { result, notes } = await enclosure.sync(request('production', { allowRewind: true }));
  expect([result.outcome, notes?.written]).toEqual(['applied', 2]);
  expect(noted(fixture.git, gone)).toEqual(['production 1']);
});

test('what others wrote into the notes is kept, and counted when it is read', async () => {
  const fixture = await environment();
  const commit = fixture.git.commit({ a: 'one' });
  fixture.git.git(['notes', '--ref=enclosure', 'add', '-m', 'reviewed by bob', commit]);
  fixture.git.git([
    'notes',
    '--ref=enclosure',
    'append',
    '-m',
    '{"format":2,"environment":"production"}',
    commit,
  ]);
  const { enclosure } = await machine([fixture.environment]);
  await enclosure.sync(request());
  expect(fixture.git.git(['notes', '--ref=enclosure', 'show', commit])).toContain('reviewed by bob');
  const { records, unread } = await enclosure.historyFromNotes('production');
  expect([records.map(({ revision }) => revision), unread]).toEqual([[1], 2]);
});

test('notes that take too long are left to the next run', async () => {
  const fixture = await environment();
  const commit = fixture.git.commit({ a: 'one' });
  const { enclosure } = await machine([fixture.environment]);
  const { result, notes } = await enclosure.sync(request(), { notesTimeoutMs: 1 });
  expect(result.outcome).toBe('applied');
  expect(notes).toMatchObject({ written: 0, error: { code: 'fetch-timeout' } });
  expect((await enclosure.sync(request())).notes).toMatchObject({ written: 1, pending: 0 });
  expect(noted(fixture.git, commit)).toEqual(['production 1']);
});
