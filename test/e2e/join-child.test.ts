/** `enclosure join --exec`: an application of any language as a child. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { deployed, proxy, receiptWith } from '../../harness/agent-fixture.ts';
import { gone } from '../integration/join/child/shell.ts';
import { buildJoinCommand, linesOf, outDirectory, type JoinCommand } from './join-command.ts';

let command: JoinCommand;
beforeAll(async () => {
  command = await buildJoinCommand();
});
afterAll(() => command.remove());

const members = (fixture: Awaited<ReturnType<typeof deployed>>) =>
  fixture.client.children(`${fixture.state}/members`);
const wait = 'while :; do sleep 0.02; done';

test('the application is told what it joined, owns standard output, and its exit code is ours', async () => {
  const fixture = await deployed({ port: '80' });
  const { out } = await outDirectory();
  const exec = 'cat $ENCLOSURE_DIRECTORY/port; echo; env | grep ^ENCLOSURE_ | sort; exit 7';
  const flags = ['--out', out, '--name', 'web-', '--exec', exec, '--json'];
  const env = { ENCLOSURE_ZOOKEEPER_AUTH: 'digest:app:canary-5ecret' };
  const { code, stdout, stderr } = await command.start(fixture, flags, env).ended;
  expect(code).toBe(7);
  const [port, ...variables] = stdout.trim().split('\n');
  expect(port).toBe('80');
  expect(variables).toEqual([
    `ENCLOSURE_COMMIT=${fixture.git.git(['rev-parse', 'main']).trim()}`,
    expect.stringMatching(/^ENCLOSURE_DIGEST=[0-9a-f]{64}$/),
    `ENCLOSURE_DIRECTORY=${join(out, 'current')}`,
    'ENCLOSURE_ENVIRONMENT=production',
    expect.stringMatching(/^ENCLOSURE_MEMBER=web-\d{10}$/),
    'ENCLOSURE_REVISION=1',
    'ENCLOSURE_STALE=false',
  ]);
  expect(stdout + stderr).not.toContain('5ecret');
  expect(
    stderr
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { event: string }).event),
  ).toEqual(['applied', 'joined']);
  expect(await members(fixture)).toEqual([]);
});

test('--signal: the application hears of a change when the new files are in use', async () => {
  const fixture = await deployed({ a: '1' });
  const { out, beside } = await outDirectory();
  const exec = `trap 'cat $ENCLOSURE_DIRECTORY/a >> ${beside}/seen; echo >> ${beside}/seen' HUP; echo start >> ${beside}/seen; ${wait}`;
  command.start(fixture, ['--out', out, '--exec', exec, '--signal', 'hup']);
  expect(await linesOf(join(beside, 'seen'), 1)).toEqual(['start']);
  fixture.git.commit({ a: '2' });
  await fixture.sync();
  expect(await linesOf(join(beside, 'seen'), 2)).toEqual(['start', '2']);
});

test('--restart: the old one has ended before the new one starts, with the variables of the new revision', async () => {
  const fixture = await deployed({ a: '1' });
  const { out, beside } = await outDirectory();
  const seen = join(beside, 'seen');
  const exec = `trap 'sleep 0.2; echo "end $ENCLOSURE_REVISION" >> ${seen}; exit 0' TERM; echo "start $ENCLOSURE_REVISION $(cat $ENCLOSURE_DIRECTORY/a)" >> ${seen}; ${wait}`;
  const run = `echo "run $ENCLOSURE_REVISION" >> ${seen}`;
  command.start(fixture, ['--out', out, '--name', 'web', '--exec', exec, '--restart', '--run', run]);
  await linesOf(seen, 1);
  fixture.git.commit({ a: 'two' });
  await fixture.sync();
  await receiptWith(fixture, 'web', 'revision 2', ({ revision }) => revision === 2);
  expect(await linesOf(seen, 4)).toEqual(['start 1 1', 'run 2', 'end 1', 'start 2 two']);
});

test.each([
  ['SIGTERM', 6],
  ['SIGINT', 7],
] as const)('%s is passed on, and the application decides the exit code', async (name, code) => {
  const fixture = await deployed({ a: '1' });
  const { out, beside } = await outDirectory();
  const exec = `trap 'exit 6' TERM; trap 'exit 7' INT; echo > ${beside}/ready; ${wait}`;
  const joining = command.start(fixture, ['--out', out, '--exec', exec, '--session-timeout', '60s']);
  await linesOf(join(beside, 'ready'), 1);
  joining.signal(name);
  expect((await joining.ended).code).toBe(code);
  expect(await members(fixture)).toEqual([]);
});

test('signals that do not end are passed on and end nobody', async () => {
  const fixture = await deployed({ a: '1' });
  const { out, beside } = await outDirectory();
  const seen = join(beside, 'seen');
  const exec = `for name in HUP QUIT USR1 USR2 WINCH; do trap "echo $name >> ${seen}" $name; done; echo start >> ${seen}; ${wait}`;
  const joining = command.start(fixture, ['--out', out, '--exec', exec]);
  await linesOf(seen, 1);
  const names = ['HUP', 'QUIT', 'USR1', 'USR2', 'WINCH'] as const;
  for (const [index, name] of names.entries()) {
    joining.signal(`SIG${name}`);
    await linesOf(seen, index + 2);
  }
  expect(await linesOf(seen, 6)).toEqual(['start', ...names]);
  joining.signal('SIGTERM');
  expect((await joining.ended).code).toBe(143);
});

test('an application that ignores SIGTERM is killed after --kill-after, with all that it started', async () => {
  const fixture = await deployed({ a: '1' });
  const { out, beside } = await outDirectory();
  const exec = `trap '' TERM; sh -c '${wait}' & echo "$! $$" > ${beside}/pids; ${wait}`;
  const joining = command.start(fixture, ['--out', out, '--exec', exec, '--kill-after', '500ms']);
  const [pids = ''] = await linesOf(join(beside, 'pids'), 1);
  joining.signal('SIGTERM');
  expect((await joining.ended).code).toBe(137);
  await Promise.all(pids.split(' ').map(Number).map(gone));
  expect(await members(fixture)).toEqual([]);
});

test('an application that is killed takes the member with it', async () => {
  const fixture = await deployed({ a: '1' });
  const { out, beside } = await outDirectory();
  const exec = `echo $$ > ${beside}/pid; ${wait}`;
  const joining = command.start(fixture, ['--out', out, '--exec', exec, '--session-timeout', '60s']);
  const [pid] = await linesOf(join(beside, 'pid'), 1);
  process.kill(Number(pid), 'SIGKILL');
  expect((await joining.ended).code).toBe(137);
  expect(await members(fixture)).toEqual([]);
});

test('while ZooKeeper is away the application starts on the last good files, and is told that they are stale', async () => {
  const fixture = await deployed({ a: '1' });
  const { out, beside } = await outDirectory();
  const way = await proxy();
  const environment = {
    ...fixture.environment,
    ensemble: { ...fixture.environment.ensemble, connect: way.connect },
  };
  expect((await command.start({ environment }, ['--out', out, '--exec', 'exit 0']).ended).code).toBe(0);
  way.refuse();
  const seen = join(beside, 'seen');
  const exec = `trap 'echo "$(cat $ENCLOSURE_DIRECTORY/a)" >> ${seen}' HUP; echo "$ENCLOSURE_STALE $ENCLOSURE_REVISION" >> ${seen}; ${wait}`;
  const flags = ['--out', out, '--exec', exec, '--signal', 'HUP', '--timeout', '3s'];
  const joining = command.start({ environment }, flags);
  expect(await linesOf(seen, 1)).toEqual(['true 1']);
  expect(joining.stderr()).toContain('stale: kept from before');
  fixture.git.commit({ a: '2' });
  await fixture.sync();
  way.accept();
  expect(await linesOf(seen, 2)).toEqual(['true 1', '2']);
  await joining.said('joined as ');
});

test('without an application to end, nothing is left of it after a failure to start', async () => {
  const fixture = await deployed({ a: '1' });
  const { out } = await outDirectory();
  const { code, stderr } = await command.start(fixture, ['--out', out, '--exec', '/nowhere/app']).ended;
  expect(code).toBe(127);
  expect(stderr).toContain('/nowhere/app: not found');
  expect(await members(fixture)).toEqual([]);
  expect(await readFile(join(out, 'current/a'), 'utf8')).toBe('1');
});
