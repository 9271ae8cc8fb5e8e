/** `enclosure join`: files in a directory, and whoever has to hear of a change. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, onTestFinished, test } from 'vitest';
import { deployed, receiptWith } from '../../harness/agent-fixture.ts';
import { startProxy } from '../../harness/tcp-proxy.ts';
import { waitFor } from '../../harness/wait-for.ts';
import { configurationOf } from './built-command.ts';
import { buildJoinCommand, linesOf, outDirectory, type JoinCommand, type Joining } from './join-command.ts';

let command: JoinCommand;
beforeAll(async () => {
  command = await buildJoinCommand();
});
afterAll(() => command.remove());

const read = (...path: string[]): Promise<string> => readFile(join(...path), 'utf8');

test('a member has its configuration as files, and each change of them', async () => {
  const fixture = await deployed({ 'app/port': '80', 'app/db.json': '{}' });
  const { out } = await outDirectory();
  const joining = command.start(fixture, [
    '--out',
    out,
    '--name',
    'web',
    '--label',
    'zone=a',
    '--label',
    'rack=',
  ]);
  await joining.said('joined as web');
  expect(await read(out, 'current/app/port')).toBe('80');
  const commit = fixture.git.commit({ 'app/port': '81' });
  await fixture.sync();
  const receipt = await receiptWith(fixture, 'web', 'revision 2', ({ revision }) => revision === 2);
  expect(receipt).toMatchObject({
    status: 'applied',
    commit,
    labels: { zone: 'a', rack: '' },
    pid: joining.pid,
  });
  expect(await read(out, 'current/app/port')).toBe('81');
  expect(await readdir(join(out, 'current/app'))).toEqual(['port']);
});

test('SIGTERM ends a member that has no application: it leaves at once and exits 0', async () => {
  const fixture = await deployed({ a: '1' });
  const { out } = await outDirectory();
  const joining = command.start(fixture, ['--out', out, '--session-timeout', '60s']);
  await joining.said('joined as ');
  expect(await fixture.client.children(`${fixture.state}/members`)).toHaveLength(1);
  joining.signal('SIGTERM');
  const { code, stdout } = await joining.ended;
  expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
  expect(await fixture.client.children(`${fixture.state}/members`)).toEqual([]);
  // And the directory is free for the next one.
  const next = command.start(fixture, ['--out', out, '--once']);
  expect((await next.ended).code).toBe(0);
});

test('a signal before it has joined ends it like any other command', async () => {
  const proxy = await startProxy(Number(inject('zookeeper').split(':')[1]));
  onTestFinished(() => proxy.stop());
  proxy.refuse();
  const { out } = await outDirectory();
  const joining = command.run(['join', 'production', '--connect', proxy.connect, '--out', out, '--json']);
  await waitFor('the directory to be taken', async () =>
    (await readdir(join(out, '.enclosure'))).includes('lock'),
  );
  joining.signal('SIGINT');
  const { code, stdout } = await joining.ended;
  expect(code).toBe(130);
  expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'aborted' } });
});

test('without --out it is a membership alone, under the name of the host and a number', async () => {
  const fixture = await deployed({ a: '1' });
  const joining = command.start(fixture, []);
  await joining.said('joined as ');
  const [name = ''] = (await fixture.client.children(`${fixture.state}/members`)) ?? [];
  expect(name).toMatch(/-\d{10}$/);
  expect(joining.stderr()).toContain(`production: joined as ${name}\n`);
});

test('the configuration file gives the ensemble and the state root', async () => {
  const fixture = await deployed({ a: '1' });
  const { out } = await outDirectory();
  const path = await configurationOf(fixture);
  const joining = command.run(['join', 'production', '--config', path, '--out', out, '--once']);
  const { code, stdout, stderr } = await joining.ended;
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toMatch(/^production: revision 1, commit [0-9a-f]{12}, 1 file, in .*out\/current\n$/);
  expect(await read(out, 'current/a')).toBe('1');
});

test('--once downloads without joining; with --json it prints one document', async () => {
  const fixture = await deployed({ a: '1', 'b/c': '2' });
  const { out } = await outDirectory();
  const { code, stdout, stderr } = await command.start(fixture, ['--once', '--out', out, '--json']).ended;
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(JSON.parse(stdout)).toEqual({
    environment: 'production',
    revision: 1,
    commit: fixture.git.git(['rev-parse', 'main']).trim(),
    digest: expect.stringMatching(/^[0-9a-f]{64}$/),
    stale: false,
    directory: join(out, 'current'),
    files: 2,
  });
  expect(await read(out, 'current/b/c')).toBe('2');
  expect((await fixture.client.children(`${fixture.state}/members`)) ?? []).toEqual([]);
});

test('--once with a check that refuses exits 1, says why, and leaves what was in use', async () => {
  const fixture = await deployed({ a: '1' });
  const { out } = await outDirectory();
  const check = 'echo "refusing $ENCLOSURE_REVISION"; test "$(cat $ENCLOSURE_DIRECTORY/a)" = 1';
  const once = ['--once', '--out', out, '--check', check, '--json'];
  expect((await command.start(fixture, once).ended).code).toBe(0);
  fixture.git.commit({ a: '2' });
  await fixture.sync();
  const { code, stdout } = await command.start(fixture, once).ended;
  expect(code).toBe(1);
  expect(JSON.parse(stdout)).toMatchObject({
    error: { code: 'config-rejected', where: 'production, revision 2', found: 'refusing 2' },
  });
  expect(await read(out, 'current/a')).toBe('1');
  expect(await readdir(join(out, '.versions'))).toHaveLength(1);
});

test('a check that refuses keeps the old files; the receipt and the log say why', async () => {
  const fixture = await deployed({ port: '80' });
  const { out, beside } = await outDirectory();
  const check =
    'port=$(cat $ENCLOSURE_DIRECTORY/port); [ $port -gt 0 ] || { echo "port $port is too low" >&2; exit 1; }';
  const run = `cat $ENCLOSURE_DIRECTORY/port >> ${beside}/seen; echo " $ENCLOSURE_REVISION" >> ${beside}/seen`;
  const joining = command.start(fixture, [
    '--out',
    out,
    '--name',
    'web',
    '--check',
    check,
    '--run',
    run,
    '--json',
  ]);
  await joining.said('"event":"joined"');
  fixture.git.commit({ port: '-1' });
  await fixture.sync();
  const rejecting = await receiptWith(
    fixture,
    'web',
    'that it rejects',
    ({ status }) => status === 'rejected',
  );
  expect(rejecting).toMatchObject({ revision: 1, rejected: { revision: 2, reason: 'port -1 is too low' } });
  expect(await read(out, 'current/port')).toBe('80');
  fixture.git.commit({ port: '81' });
  await fixture.sync();
  await receiptWith(
    fixture,
    'web',
    'revision 3',
    ({ revision, status }) => revision === 3 && status === 'applied',
  );
  expect(await linesOf(join(beside, 'seen'), 1)).toEqual(['81 3']);
  const events = joining
    .stderr()
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { event: string; revision?: number; reason?: string });
  expect(events.map(({ event, revision, reason }) => [event, revision, reason])).toEqual([
    ['applied', 1, undefined],
    ['joined', undefined, undefined],
    ['rejected', 2, 'port -1 is too low'],
    ['applied', 3, undefined],
  ]);
});

test('a pipeline that waits for its members is told of a rejection, with exit code 2, the member and the reason', async () => {
  const fixture = await deployed({ port: '80' });
  const configuration = await configurationOf(fixture);
  const { out } = await outDirectory();
  const check = `grep -q '^[0-9]*$' "$ENCLOSURE_DIRECTORY/port" || { echo port is no number; exit 1; }`;
  const joining = command.start(fixture, ['--out', out, '--name', 'web', '--check', check]);
  await joining.said('joined as web');
  const wait = (revision: number): Joining =>
    command.run([
      'members',
      'production',
      '--wait',
      `${revision}`,
      '--timeout',
      '1h',
      '--config',
      configuration,
    ]);
  expect(await wait(1).ended).toMatchObject({ code: 0 });

  fixture.git.commit({ port: 'eighty' });
  await fixture.sync();
  const { code, stdout, stderr } = await wait(2).ended;
  expect(code).toBe(2);
  expect(stdout).toMatch(/web\s+rejected\s+1/);
  expect(stdout).toContain('port is no number');
  expect(stderr).toContain('web');
  const status = await command.run(['status', '--config', configuration]).ended;
  expect(status.stdout).toContain('0/1 on revision 2, 1 rejected');
});

test('a check that does not end is killed and refuses; a first revision that is refused exits 1', async () => {
  const fixture = await deployed({ a: '1' });
  const { out } = await outDirectory();
  const flags = ['--out', out, '--check', 'echo thinking; sleep 600', '--check-timeout', '300ms'];
  const { code, stderr } = await command.start(fixture, flags).ended;
  expect(code).toBe(1);
  expect(stderr).toContain('the check did not end within 300 ms: thinking');
  expect(stderr).toContain('error[config-rejected]');
  expect(await readdir(join(out, '.versions'))).toEqual([]);
  expect(await fixture.client.children(`${fixture.state}/members`)).toEqual([]);
});

test('a command that fails after a change is a problem in the receipt, and the next one is run', async () => {
  const fixture = await deployed({ a: '1' });
  const { out } = await outDirectory();
  const run = 'echo "reload failed at $(cat $ENCLOSURE_DIRECTORY/a)"; [ "$ENCLOSURE_REVISION" = 3 ]';
  const joining = command.start(fixture, ['--out', out, '--name', 'web', '--run', run]);
  await joining.said('joined as web');
  fixture.git.commit({ a: '2' });
  await fixture.sync();
  const failing = await receiptWith(fixture, 'web', 'a problem', ({ problem }) => problem !== null);
  expect(failing).toMatchObject({ revision: 2, status: 'applied', problem: 'reload failed at 2' });
  fixture.git.commit({ a: '3' });
  await fixture.sync();
  const after = await receiptWith(fixture, 'web', 'revision 3', ({ revision }) => revision === 3);
  expect(after.problem).toBeNull();
});

test('two changes in quick succession end at the newest, with no file of the one before', async () => {
  const fixture = await deployed({ a: '1', b: '1' });
  const { out, beside } = await outDirectory();
  const run = `echo "$(cat $ENCLOSURE_DIRECTORY/a) $(cat $ENCLOSURE_DIRECTORY/b) $ENCLOSURE_REVISION" >> ${beside}/seen`;
  const joining = command.start(fixture, ['--out', out, '--name', 'web', '--run', run]);
  await joining.said('joined as web');
  for (const number of ['2', '3', '4']) {
    fixture.git.commit({ a: number, b: number });
    await fixture.sync();
  }
  await receiptWith(fixture, 'web', 'revision 4', ({ revision }) => revision === 4);
  const seen = await linesOf(join(beside, 'seen'), 1);
  expect(seen.at(-1)).toBe('4 4 4');
  for (const line of seen) expect(['2 2 2', '3 3 3', '4 4 4']).toContain(line);
  expect(await read(out, 'current/a')).toBe('4');
  // What is in use, and what was before.
  await waitFor('two versions', async () => (await readdir(join(out, '.versions'))).length === 2);
});

test('the directory of another environment is refused, and nothing in it is touched', async () => {
  const fixture = await deployed({ a: '1' });
  const other = await deployed({ a: 'other' });
  const { out } = await outDirectory();
  expect((await command.start(fixture, ['--out', out, '--once']).ended).code).toBe(0);
  const { code, stderr } = await command.start(other, ['--out', out, '--exec', 'touch started']).ended;
  expect(code).toBe(1);
  expect(stderr).toContain('error[directory-taken]: the directory belongs to another environment');
  expect(await read(out, 'current/a')).toBe('1');
});

test('an environment that was never deployed is refused; with --znode its tree is followed', async () => {
  const fixture = await deployed({ a: '1' });
  const { out } = await outDirectory();
  const undeployed = { environment: { ...fixture.environment, name: 'undeployed' } };
  const { code, stderr } = await command.start(undeployed, ['--out', out, '--once']).ended;
  expect(code).toBe(1);
  expect(stderr).toContain('error[environment-unmanaged]');
  const plain = ['--out', out, '--once', '--json', '--znode', fixture.root];
  const followed = await command.start(undeployed, plain).ended;
  expect(JSON.parse(followed.stdout)).toMatchObject({ revision: null, commit: null, files: 1 });
  expect(await read(out, 'current/a')).toBe('1');
});
