import { expect, test } from 'vitest';
import { runWith, type Ran } from './fake-world.ts';

const connect = ['--connect', '127.0.0.1:1'];

async function refused(...flags: string[]): Promise<string> {
  const { exitCode, stderr, stdout } = await runWith({}, 'join', 'production', ...connect, ...flags);
  expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
  return stderr.split('\n', 1)[0] ?? '';
}

test.each([
  [
    ['--signal', 'HUP'],
    'there is no child to send a signal to; expected --signal with --exec; found --signal alone',
  ],
  [['--restart'], 'there is no child to restart; expected --restart with --exec; found --restart alone'],
  [['--check', 'true'], 'there are no files to check; expected --check with --out; found --check alone'],
  [['--once'], 'there is no directory to download to; expected --once with --out; found --once alone'],
  [
    ['--exec', 'app', '--signal', 'HUP', '--restart'],
    'a child that is restarted needs no signal; expected --signal or --restart; found both',
  ],
  [['--out', '/x', '--exec', ' '], '--exec says nothing; expected some text; found none'],
  [['--out', ''], '--out says nothing; expected some text; found none'],
  [
    ['--once', '--name', 'a'],
    'a single download does not join as a member; expected --once or --name; found both',
  ],
])('%j is refused: %s', async (flags, message) => {
  expect(await refused(...flags)).toBe(`error[usage-invalid]: ${message}`);
});

test.each([['--exec', 'app'], ['--signal', 'HUP'], ['--restart'], ['--run', 'reload'], ['--splay', '10s']])(
  '--once with %s is refused, because it hears of no change',
  async (...flag) => {
    expect(await refused('--once', '--out', '/x', ...flag)).toContain(
      'who downloads once hears of no change',
    );
  },
);

test.each([
  [['--signal', 'KILL'], 'a signal that a process can catch'],
  [['--signal', 'SIGSTOP'], 'a signal that a process can catch'],
  [['--signal', '9'], 'a signal that a process can catch'],
  [['--label', 'zone'], 'a label as key=value'],
  [['--label', '=x'], 'a label as key=value'],
  [['--label', 'a=1', '--label', 'a=2'], 'each key once'],
  [['--splay', '10'], 'a duration'],
  [['--session-timeout', '10ms'], 'from 1s to 5m'],
])('%j is refused for its value', async (flags, expected) => {
  expect(await refused(...flags)).toContain(expected);
});

test('an environment that the configuration does not have is refused; with --connect none is read', async () => {
  const unknown = await runWith({}, 'join', 'elsewhere');
  expect(unknown).toMatchObject({ exitCode: 1, openedWith: ['enclosure.yaml'] });
  expect(unknown.stderr).toContain('error[environment-unknown]');
  const named: Ran = await runWith({}, 'join', 'elsewhere', '--connect', 'bad connect string');
  expect(named).toMatchObject({ exitCode: 1, openedWith: [] });
});

test('credentials that cannot be read are refused without being shown', async () => {
  const env = { ENCLOSURE_ZOOKEEPER_AUTH: 'hunter2' };
  const { exitCode, stderr } = await runWith({ env }, 'join', 'production', ...connect);
  expect(exitCode).toBe(1);
  expect(stderr).toContain('expected scheme:credentials');
  expect(stderr).not.toContain('hunter2');
});

test('with --json a refusal is one document', async () => {
  const ran = await runWith({}, 'join', 'production', ...connect, '--restart', '--json');
  expect(ran.json()).toMatchObject({ error: { code: 'usage-invalid', found: '--restart alone' } });
});
