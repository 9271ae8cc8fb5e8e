import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { EnclosureError } from '../../../src/base/enclosure-error.ts';
import type { RunOptions } from '../../../src/model/run-options.ts';
import type { RepairReport, RepairRequest } from '../../../src/verbs/verify/repair-environment.ts';
import type { Verification } from '../../../src/verbs/verify/verification.ts';
import { planOf } from './examples-of-results.ts';
import { drifted, verificationOf } from './examples-of-verifications.ts';
import { type Ran, runWith } from './fake-world.ts';

const gone = new EnclosureError('commit-missing', 'git no longer has it');

function verify(result: Verification, ...flags: string[]): Promise<Ran> {
  return runWith({ enclosure: { verify: () => Promise.resolve(result) } }, 'verify', 'production', ...flags);
}

function repair(report: RepairReport, ...flags: string[]): Promise<Ran> {
  const enclosure = { repair: () => Promise.resolve(report) };
  return runWith({ enclosure }, 'verify', 'production', '--repair', ...flags);
}

const sync = {
  plan: planOf(),
  result: {
    environment: 'production',
    outcome: 'applied',
    revision: 13,
    commit: 'c',
    previousCommit: 'c',
    counts: { created: 1, updated: 1, deleted: 0, unchanged: 8 },
    transactions: 1,
    durationMs: 7,
  },
} as const;
const refused = { ...sync, result: { ...sync.result, outcome: 'refused' } } as const;

async function directory(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'enclosure-evidence-'));
  onTestFinished(() => rm(path, { recursive: true }));
  return path;
}

test('verify exits 2 on drift, 1 where the answer is not whole, and else 0', async () => {
  expect((await verify(verificationOf())).exitCode).toBe(0);
  expect((await verify(drifted)).exitCode).toBe(2);
  expect((await verify({ ...drifted, error: gone })).exitCode).toBe(1);
});

test('verify --json prints the whole verification, an error as every other', async () => {
  expect((await verify(drifted, '--json')).json()).toEqual(drifted);
  expect((await verify(verificationOf({ error: gone }), '--json')).json()).toEqual({
    ...verificationOf(),
    error: { code: 'commit-missing', message: 'git no longer has it', retryable: false },
  });
});

test('verify --repair exits by what is left, and 3 when a guard refuses', async () => {
  const left = verificationOf({ revision: 13 });
  expect((await repair({ found: verificationOf() })).exitCode).toBe(0);
  expect((await repair({ found: drifted, sync, left })).exitCode).toBe(0);
  expect((await repair({ found: drifted, sync, left: drifted })).exitCode).toBe(2);
  expect((await repair({ found: drifted, sync: refused, left: drifted })).exitCode).toBe(3);
  expect((await repair({ found: { ...drifted, error: gone } })).exitCode).toBe(1);
});

test('verify --repair --json prints what was found, and under repair what was done and what is left', async () => {
  const left = verificationOf({ revision: 13 });
  expect((await repair({ found: drifted, sync, left }, '--json')).json()).toEqual({
    ...drifted,
    repair: { ...sync.result, left },
  });
  expect((await repair({ found: verificationOf() }, '--json')).json()).toEqual({
    ...verificationOf(),
    repair: null,
  });
});

test('a repair is asked for by whoever runs it, with the time for the lock', async () => {
  const asked: [RepairRequest, RunOptions | undefined][] = [];
  const enclosure = {
    repair: (request: RepairRequest, options?: RunOptions) => {
      asked.push([request, options]);
      return Promise.resolve({ found: verificationOf() });
    },
  };
  const env = { ENCLOSURE_ACTOR: 'alice' };
  await runWith({ enclosure, env }, 'verify', 'production', '--repair', '--lock-timeout', '3s');
  expect(asked).toMatchObject([[{ environment: 'production' }, { lockTimeoutMs: 3000 }]]);
});

test('--report writes the evidence, without contents, in the place of what was there', async () => {
  const folder = await directory();
  const file = join(folder, 'evidence.json');
  await writeFile(file, 'older');
  expect((await verify(drifted, '--report', file)).exitCode).toBe(2);
  const text = await readFile(file, 'utf8');
  expect(JSON.parse(text)).toMatchObject({
    format: 1,
    tool: { name: 'enclosure', version: 'development' },
    verdict: 'drift',
    environment: 'production',
    revision: 12,
    commit: drifted.commit,
    tree: drifted.tree,
    znodes: 10,
    digest: drifted.digest,
    time: drifted.time,
    differences: {
      changed: [{ path: 'a', expected: { size: 12 }, found: { version: 3 } }],
      missing: [{ path: '', found: null }],
    },
    unmanaged: [{ found: { ephemeral: true } }],
  });
  expect(text).not.toContain('+two');
  expect(await readdir(folder)).toEqual(['evidence.json']);
});

test('the evidence of a repair states what was found, what was done and what is left', async () => {
  const file = join(await directory(), 'evidence.json');
  await repair({ found: drifted, sync, left: verificationOf({ revision: 13 }) }, '--report', file);
  expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject({
    verdict: 'drift',
    repair: { outcome: 'applied', revision: 13, left: { verdict: 'equal', revision: 13 } },
  });
});

test.each([
  ['equal', verificationOf()],
  ['unknown', verificationOf({ basis: 'records', error: gone })],
  ['nothing-applied', verificationOf({ basis: null, revision: 0 })],
])('the verdict is %s', async (verdict, verification) => {
  const file = join(await directory(), 'evidence.json');
  await verify(verification, '--report', file);
  expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject({ verdict });
});

test('a report that cannot be written is an error, and leaves nothing beside', async () => {
  const folder = await directory();
  const ran = await verify(verificationOf(), '--report', join(folder, 'nowhere/evidence.json'));
  expect(ran).toMatchObject({ exitCode: 1, stdout: '' });
  expect(ran.stderr).toContain('error[directory-failed]: the file cannot be written');
  await mkdir(join(folder, 'taken'));
  expect((await verify(verificationOf(), '--report', join(folder, 'taken'))).exitCode).toBe(1);
  expect(await readdir(folder)).toEqual(['taken']);
});
