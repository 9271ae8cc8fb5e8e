import { expect, test } from 'vitest';
import { EnclosureError } from '../../../src/base/enclosure-error.ts';
import type { Plan } from '../../../src/model/plan.ts';
import { commit, planOf, previous, recordOf, stateOf } from './examples-of-results.ts';
import { runWith, type Ran } from './fake-world.ts';

const step = { action: 'create', path: 'a', content: 'x', bytes: 3 } as const;

function plan(changed: Partial<Plan>, ...flags: string[]): Promise<Ran> {
  const report = { plan: planOf(changed), revision: 11, durationMs: 5 };
  return runWith({ enclosure: { plan: () => Promise.resolve(report) } }, 'plan', 'production', ...flags);
}

test('plan --json prints what sync would, and steps and refusals', async () => {
  const ran = await plan({ steps: [step] }, '--json');
  expect(ran.exitCode).toBe(0);
  expect(ran.json()).toEqual({
    environment: 'production',
    outcome: 'applied',
    revision: 11,
    commit,
    previousCommit: previous,
    counts: { created: 1, updated: 0, deleted: 0, unchanged: 5 },
    transactions: 0,
    durationMs: 5,
    mode: 'fast',
    znodes: 5,
    steps: [{ action: 'create', path: 'a', bytes: 3 }],
    refusals: [],
    warnings: [],
    drift: [],
    unmanaged: [],
    strays: [],
    held: null,
    adoption: null,
  });
});

test('plan --json tells what a first deployment finds, in groups with their counts', async () => {
  const adoption = { equal: ['', 'a'], different: ['b'], unmanaged: [] };
  expect((await plan({ adoption }, '--json')).json()).toMatchObject({
    adoption: {
      equal: { count: 2, paths: ['', 'a'] },
      different: { count: 1, paths: ['b'] },
      unmanaged: { count: 0, paths: [] },
    },
  });
});

test('plan exits 2 on changes where that is asked for, and 3 when it is refused', async () => {
  const refusals = [{ code: 'rewind', message: 'no' }] as const;
  expect((await plan({ steps: [step] })).exitCode).toBe(0);
  expect((await plan({ steps: [step] }, '--detailed-exitcode')).exitCode).toBe(2);
  expect((await plan({}, '--detailed-exitcode')).exitCode).toBe(0);
  expect((await plan({ steps: [step], refusals }, '--detailed-exitcode')).exitCode).toBe(3);
  expect((await plan({ steps: [step], refusals })).exitCode).toBe(3);
});

test('history prints an array and passes the limit on', async () => {
  const limits: number[] = [];
  const enclosure = {
    timeline: (_name: string, { limit }: { readonly limit: number }) => {
      limits.push(limit);
      return Promise.resolve({ entries: [{ kind: 'deployment', record: recordOf() }] as const, remarks: [] });
    },
  };
  expect((await runWith({ enclosure }, 'history', 'production', '--json')).json()).toEqual([recordOf()]);
  await runWith({ enclosure }, 'history', 'production', '--limit', '3');
  expect(limits).toEqual([20, 3]);
});

test('F32: status prints every environment and exits 1 when one of them is away', async () => {
  const entry = { znode: '/e', repository: 'config', branch: 'main', waiters: [] };
  const away = new EnclosureError('zookeeper-unreachable', 'away');
  const enclosure = {
    status: () =>
      Promise.resolve([
        { ...entry, environment: 'production', state: stateOf(), last: recordOf() },
        { ...entry, environment: 'staging', error: away },
        { ...entry, environment: 'new' },
      ]),
  };
  const ran = await runWith({ enclosure }, 'status', '--json');
  expect(ran.exitCode).toBe(1);
  expect(ran.json()).toMatchObject([
    {
      environment: 'production',
      revision: 12,
      commit,
      phase: 'applied',
      holder: null,
      last: { revision: 12 },
    },
    { environment: 'staging', revision: null, error: { code: 'zookeeper-unreachable', retryable: true } },
    { environment: 'new', revision: 0, commit: null, phase: null, last: null },
  ]);
  const text = await runWith({ enclosure }, 'status');
  expect(text.exitCode).toBe(1);
  expect(text.stdout).toContain('error[zookeeper-unreachable]: away\n');
});

test('status asks for the environment that is named, else for all in their order', async () => {
  const asked: (readonly string[])[] = [];
  const enclosure = {
    status: (names: readonly string[]) => {
      asked.push(names);
      return Promise.resolve([]);
    },
  };
  await runWith({ enclosure }, 'status');
  await runWith({ enclosure }, 'status', 'staging', '--json');
  expect(asked).toEqual([['production', 'staging'], ['staging']]);
});

test('serve runs until it is asked to end, closes the server and exits 0', async () => {
  const controller = new AbortController();
  let closed = false;
  const serve = () => {
    setImmediate(() => controller.abort());
    return Promise.resolve({
      url: 'http://127.0.0.1:9',
      close: () => {
        closed = true;
        return Promise.resolve();
      },
    });
  };
  const argv = ['serve', '--port', '9', '--host', '0.0.0.0', '--reconcile', '10m'];
  const ran = await runWith({ serve, signal: controller.signal }, ...argv);
  expect(ran).toMatchObject({ exitCode: 0, stdout: 'listening on http://127.0.0.1:9\n' });
  expect(ran.served).toEqual([{ host: '0.0.0.0', port: 9, reconcileEveryMs: 600_000 }]);
  expect(closed).toBe(true);
});

test('the configuration is the one of --config, of ENCLOSURE_CONFIG, or enclosure.yaml', async () => {
  const enclosure = { timeline: () => Promise.resolve({ entries: [], remarks: [] }) };
  const env = { ENCLOSURE_CONFIG: '/b.yaml' };
  const history = ['history', 'production'];
  expect((await runWith({ enclosure, env }, '--config', '/a.yaml', ...history)).openedWith).toEqual([
    '/a.yaml',
  ]);
  expect((await runWith({ enclosure, env }, ...history, '-c', '/a.yaml')).openedWith).toEqual(['/a.yaml']);
  expect((await runWith({ enclosure, env }, ...history)).openedWith).toEqual(['/b.yaml']);
  expect((await runWith({ enclosure }, ...history)).openedWith).toEqual(['enclosure.yaml']);
});

test.each([
  [['plan'], "missing required argument 'environment'"],
  [['plna'], "unknown command 'plna'\n(Did you mean plan?)"],
  [['plan', 'a', '--fulll'], "unknown option '--fulll'\n(Did you mean --full?)"],
  [['plan', 'a', 'b'], "too many arguments for 'plan'"],
  [['plan', 'a', '--commit', 'HEAD~1'], 'Expected a commit: 4 to 64 hexadecimal digits'],
  [['sync', 'a', '--lock-timeout', '60'], 'Expected a duration such as 10s, 500ms or 2m'],
  [['history', 'a', '--limit', '0'], 'Expected a number from 1 to 999999'],
  [['history', 'a', '--since', 'monday'], 'Expected a time such as 2026-03-01T18:00Z, or a duration ago'],
  [['history', 'a', '--show', '0'], 'Expected a revision: a number from 1 on'],
  [['history', 'a', '--show', '1', '--path', 'x'], '--show stands alone'],
  [['blame', 'a'], "missing required argument 'path'"],
  [['at', 'a'], 'either --time or --revision; found neither'],
  [['at', 'a', '--time', '2h', '--revision', '3'], 'either --time or --revision; found both'],
  [['serve', '--port', '70000'], 'Expected a port from 0 to 65535'],
  [['serve', '--reconcile', '0s'], 'Expected a duration from 1s to 24h'],
  [['plan', 'a', '--commit', '\u001b[2J'], '\\u{1b}[2J'],
])('%j is refused with what was expected', async (argv, message) => {
  const ran = await runWith({}, ...argv);
  expect(ran).toMatchObject({ exitCode: 1, stdout: '', openedWith: [] });
  expect(ran.stderr).toMatch(/^error\[usage-invalid\]: /);
  expect(ran.stderr).toContain(message);
  const json = await runWith({}, ...argv, '--json');
  expect(json.exitCode).toBe(1);
  expect(json.json()).toMatchObject({ error: { code: 'usage-invalid', retryable: false } });
});

test.each(['plan', 'sync', 'status', 'verify', 'history', 'blame', 'at', 'serve'])(
  '%s --help has examples',
  async (command) => {
    const ran = await runWith({}, command, '--help');
    expect(ran).toMatchObject({ exitCode: 0, stderr: '', openedWith: [] });
    expect(ran.stdout).toContain(`Examples:\n  enclosure ${command}`);
    expect(ran.stdout).toContain('--json');
  },
);

test('an error that is not ours is reported as unexpected, with --json on standard output too', async () => {
  const enclosure = { timeline: () => Promise.reject(new TypeError('oops')) };
  const ran = await runWith({ enclosure }, 'history', 'production', '--json');
  expect(ran.exitCode).toBe(1);
  expect(ran.json()).toEqual({ error: { code: 'unexpected', message: 'oops', retryable: false } });
  expect(ran.stderr).toBe('error[unexpected]: oops (--verbose shows where)\n');
});
