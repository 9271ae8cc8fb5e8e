import { expect, test } from 'vitest';
import { renderBlame, renderBlameTree } from '../../../src/cli/commands/blame/render-blame.ts';
import { renderDeployment } from '../../../src/cli/commands/history/render-deployment.ts';
import { renderTimeline } from '../../../src/cli/commands/history/render-timeline.ts';
import type { Blame, BlameEntry, BlameQuestion } from '../../../src/verbs/blame/blame-entry.ts';
import type { AtQuestion, EnvironmentAt } from '../../../src/verbs/environment-at.ts';
import type { HistoryQuestion } from '../../../src/verbs/history/history.ts';
import { commit, previous, recordOf } from './examples-of-results.ts';
import { runWith } from './fake-world.ts';
import { plain } from './styles.ts';

const entry: BlameEntry = {
  path: 'app/db',
  znode: '/environments/production/app/db',
  file: 'env/app/db',
  commit: { sha: commit, author: 'alice', subject: 'Raise the pool size', time: '2026-03-01T13:00:00+01:00' },
  deployment: recordOf(),
  live: { verdict: 'same', version: 3 },
};

function blameOf(...entries: readonly BlameEntry[]): Blame {
  return { environment: 'production', revision: 12, commit, entries, remarks: ['git is far away'] };
}

test('blame tells of one znode the commit, the deployment and whether it is still so', () => {
  expect(renderBlame(blameOf(entry), plain)).toEqual([
    '/environments/production/app/db',
    '  commit     3f2a1b9c0d1e of 2026-03-01 12:00:00Z by alice: Raise the pool size',
    '  file       env/app/db',
    '  deployment revision 12 at 2026-03-01 12:00:01Z by alice (push)',
    '  live       as applied, version 3',
  ]);
  const edited = {
    verdict: 'changed',
    version: 4,
    modified: '2026-03-02T00:00:00.000Z',
    oid: previous,
    size: 7,
  } as const;
  expect(renderBlame(blameOf({ ...entry, live: edited }), plain).at(-1)).toBe(
    '  live       edited by hand since: set 2026-03-02 00:00:00Z, version 4, 7 B, blob 0123456789ab',
  );
});

test('what blame does not know it says, and why', () => {
  const unknown: BlameEntry = {
    ...entry,
    file: null,
    commit: null,
    deployment: null,
    remark: 'too old',
    live: { verdict: 'missing' },
  };
  expect(renderBlame(blameOf(unknown), plain).slice(1)).toEqual([
    '  commit     not known',
    '  file       none: a znode without data; the commit is the last below it',
    '  deployment not known',
    '  note       too old',
    '  live       not there any more',
  ]);
});

test('blame of a tree is one line a znode, whatever the names are', () => {
  const odd: BlameEntry = { ...entry, path: 'x\u001b[2J', deployment: null, live: { verdict: 'missing' } };
  const root: BlameEntry = {
    ...entry,
    path: '',
    live: { verdict: 'changed', version: 1, modified: '', oid: commit, size: 1 },
  };
  expect(renderBlameTree(blameOf(root, entry, odd), plain)).toEqual([
    '3f2a1b9c0d1e  alice  2026-03-01 12:00:00Z    r12  edited  .',
    '3f2a1b9c0d1e  alice  2026-03-01 12:00:00Z    r12          app/db',
    '3f2a1b9c0d1e  alice  2026-03-01 12:00:00Z      ?  gone    x\\u{1b}[2J',
  ]);
});

test('the blame command passes the path on, prints one document and its notes beside it', async () => {
  const asked: BlameQuestion[] = [];
  const enclosure = {
    blame: (_name: string, question: BlameQuestion) => {
      asked.push(question);
      return Promise.resolve(blameOf(entry));
    },
  };
  const one = await runWith({ enclosure }, 'blame', 'production', 'app/db', '--json');
  expect(one).toMatchObject({ exitCode: 0, stderr: 'note: git is far away\n' });
  expect(one.json()).toMatchObject({
    environment: 'production',
    applied: { revision: 12, commit },
    path: 'app/db',
    commit: { sha: commit },
    live: { verdict: 'same' },
    note: null,
    notes: ['git is far away'],
  });
  const tree = await runWith({ enclosure }, 'blame', 'production', 'app', '--tree', '--json');
  expect(tree.json()).toMatchObject({ entries: [{ path: 'app/db' }] });
  expect(asked).toEqual([
    { path: 'app/db', tree: false },
    { path: 'app', tree: true },
  ]);
});

const then: EnvironmentAt = {
  environment: 'production',
  revision: 12,
  commit,
  applied: '2026-03-01T12:00:01.250Z',
  path: '',
  znodes: [
    { path: '', oid: previous, size: 0 },
    { path: 'a', oid: commit, size: 2048 },
  ],
  remarks: [],
};

function at(answer: EnvironmentAt, ...argv: readonly string[]) {
  const asked: AtQuestion[] = [];
  const enclosure = {
    at: (_name: string, question: AtQuestion) => {
      asked.push(question);
      return Promise.resolve(answer);
    },
  };
  return runWith({ enclosure }, 'at', 'production', ...argv).then((ran) => ({ ...ran, asked }));
}

test('at lists the znodes of a revision', async () => {
  const ran = await at(then, '--revision', '12');
  expect(ran.asked).toEqual([{ moment: { revision: 12 } }]);
  expect(ran.stdout.split('\n')).toEqual([
    'production: revision 12, commit 3f2a1b9c0d1e, applied 2026-03-01 12:00:01Z; 2 znodes',
    '  0123456789ab        0 B  .',
    '  3f2a1b9c0d1e    2.0 KiB  a',
    '',
  ]);
  const { remarks: notes, ...rest } = then;
  expect((await at(then, '--revision', '12', '--json')).json()).toEqual({ ...rest, notes });
});

test('at writes the bytes of a file to standard output, and nothing else', async () => {
  const file = {
    ...then,
    path: 'a',
    content: { file: 'env/a', oid: commit, data: Buffer.from('no newline') },
  };
  expect((await at(file, 'a', '--revision', '12')).stdout).toBe('no newline');
  const document = { file: 'env/a', oid: commit, size: 10, encoding: 'utf8', data: 'no newline' };
  expect((await at(file, 'a', '--revision', '12', '--json')).json()).toMatchObject(document);
  const binary = { ...file, content: { ...file.content, data: Buffer.of(0xff) } };
  expect((await at(binary, 'a', '--revision', '12', '--json')).json()).toMatchObject({
    encoding: 'base64',
    data: '/w==',
  });
  // Without a path the list is asked for, also where the root znode has data.
  expect((await at({ ...file, path: '' }, '--revision', '12')).stdout).toContain('2 znodes');
});

test.each([
  ['2026-03-01T18:00:05Z', '2026-03-01T18:00:05Z'],
  ['2026-03-01T18:00', '2026-03-01T18:00:00Z'],
  ['2026-03-01 18:00:05Z', '2026-03-01T18:00:05Z'],
  ['2026-03-01T18:00+02:00', '2026-03-01T16:00:00Z'],
  ['2026-03-01', '2026-03-01T00:00:00Z'],
  ['2026-03-01T12:00:01.250Z', '2026-03-01T12:00:01.250Z'],
])('the time %s is %s', async (text, time) => {
  expect((await at(then, '--time', text)).asked).toEqual([{ moment: { time: Date.parse(time) } }]);
});

test('a duration is so long ago', async () => {
  const [question] = (await at(then, '--time', '2h')).asked;
  const time = question !== undefined && 'time' in question.moment ? question.moment.time : 0;
  expect(Math.abs(Date.now() - 7_200_000 - time)).toBeLessThan(60_000);
});

test('history passes its filters on and says what it left out', async () => {
  const asked: HistoryQuestion[] = [];
  const enclosure = {
    timeline: (_name: string, question: HistoryQuestion) => {
      asked.push(question);
      return Promise.resolve({ entries: [], remarks: ['left out'] });
    },
  };
  const argv = ['history', 'production', '--path', 'app', '--since', '2026-03-01', '--limit', '3'];
  const ran = await runWith({ enclosure }, ...argv);
  expect(asked).toEqual([{ limit: 3, path: 'app', since: Date.parse('2026-03-01') }]);
  expect(ran).toMatchObject({ exitCode: 0, stdout: 'no such deployment\n', stderr: 'note: left out\n' });
});

const hold = {
  format: 1,
  kind: 'hold',
  environment: 'production',
  revision: 12,
  who: 'bob',
  why: 'release day',
  until: '2026-03-02T12:00:00Z',
  time: '2026-03-01T13:00:00Z',
} as const;

test('a hold and a resumption are lines of the history, and entries of its JSON with their kind', async () => {
  const entries = [
    { kind: 'resume', event: { ...hold, kind: 'resume', why: null, until: null } },
    { kind: 'hold', event: hold },
    { kind: 'deployment', record: recordOf() },
  ] as const;
  expect(renderTimeline(entries, plain).slice(0, 2)).toEqual([
    '12  resumed       2026-03-01 13:00:00Z  by bob',
    '12  held          2026-03-01 13:00:00Z  by bob: release day  until 2026-03-02 12:00:00Z',
  ]);
  const enclosure = { timeline: () => Promise.resolve({ entries, remarks: [] }) };
  const ran = await runWith({ enclosure }, 'history', 'production', '--json');
  expect(ran.json()).toMatchObject([{ kind: 'resume' }, hold, recordOf()]);
});

const details = {
  record: recordOf({
    message: 'pool exhausted',
    delivery: 'd-1',
    commitsCut: 2,
    changes: [{ path: 'a', action: 'update', before: previous, after: commit }],
  }),
  differences: [
    { path: 'a', action: 'update', lines: ['--- a/a', '+++ b/a', '@@ -1,1 +1,1 @@', '-1', '+2'] },
  ],
  remarks: ['cut'],
} as const;

test('one deployment is shown with everything that its record says, and its changes', () => {
  expect(renderDeployment(details, plain)).toEqual([
    'production: revision 12, applied 2026-03-01 12:00:01Z',
    `  commit    ${commit}`,
    `  before    ${previous}`,
    '  asked by  alice (push, delivery d-1)',
    '  why       pool exhausted',
    '  work      1 created, 2 updated, 0 deleted, 7 unchanged; 1 transaction, fast comparison, 1.3 s',
    '  commits',
    '    3f2a1b9c0d1e  alice: Raise the pool size',
    '    and 2 more',
    '',
    '~ update a',
    '--- a/a',
    '+++ b/a',
    '@@ -1,1 +1,1 @@',
    '-1',
    '+2',
  ]);
});

test('history --show prints one record, its changes each with its difference', async () => {
  const asked: number[] = [];
  const enclosure = {
    deployment: (_name: string, revision: number) => {
      asked.push(revision);
      return Promise.resolve(details);
    },
  };
  const ran = await runWith({ enclosure }, 'history', 'production', '--show', '12', '--json');
  expect(asked).toEqual([12]);
  expect(ran).toMatchObject({ exitCode: 0, stderr: 'note: cut\n' });
  expect(ran.json()).toMatchObject({
    revision: 12,
    message: 'pool exhausted',
    changes: [{ path: 'a', action: 'update', difference: details.differences[0].lines }],
    notes: ['cut'],
  });
});
