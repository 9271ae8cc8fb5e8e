/** Audit notes and the rights they need, over https with a token, as on a host of repositories. */
import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { inspect } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { Secret } from '../../../../src/base/secret.ts';
import type { SyncRequest } from '../../../../src/model/sync/sync-request.ts';
import type { EnvironmentFixture } from '../../../../harness/environment-fixture.ts';
import { type GitHttpServer, startGitHttpServer } from '../../../../harness/git-http-server.ts';
import { waitFor } from '../../../../harness/wait-for.ts';
import { environment, machine, type Machine, noted } from './notes-fixture.ts';
import { recordsOf } from '../../../../harness/records-of.ts';

const token = 'canary-2b71';
const request: SyncRequest = { environment: 'production', reason: 'push', actor: 'alice', time: '' };

let fixture: EnvironmentFixture;
let server: GitHttpServer;

async function served(): Promise<Machine> {
  fixture = await environment();
  server = await startGitHttpServer(fixture.git.directory);
  onTestFinished(() => server.stop());
  return await machine(
    [fixture.environment],
    {
      url: `${server.origin}/${basename(fixture.git.directory)}`,
      credentials: new Secret('env GIT_TOKEN', () => Promise.resolve(token)),
    },
    { PATH: process.env['PATH'], GIT_SSL_CAINFO: server.certificate },
  );
}

test('F47: the token that may push pushes the note, and is in no file and no report', async () => {
  const { enclosure, cacheDirectory } = await served();
  const commit = fixture.git.commit({ a: 'one' });
  server.behaviour = { kind: 'token', token, push: true };
  const report = await enclosure.sync(request);
  expect(report.notes).toMatchObject({ written: 1, pending: 0 });
  expect(noted(fixture.git, commit)).toEqual(['production 1']);
  expect(inspect(report, { depth: Infinity })).not.toContain(token);
  for (const name of await readdir(cacheDirectory, { recursive: true, withFileTypes: true })) {
    if (name.isFile()) expect((await readFile(join(name.parentPath, name.name))).includes(token)).toBe(false);
  }
});

test('a token that may only read deploys, and its note is pending until it may push', async () => {
  const { enclosure } = await served();
  const commit = fixture.git.commit({ a: 'one' });
  server.behaviour = { kind: 'token', token };
  const { result, notes } = await enclosure.sync(request);
  expect(result.outcome).toBe('applied');
  expect(notes).toMatchObject({ written: 0, pending: 1, error: { code: 'repository-denied' } });
  expect(inspect(notes, { depth: Infinity, showHidden: true })).not.toContain(token);
  server.behaviour = { kind: 'token', token, push: true };
  expect((await enclosure.sync(request)).notes).toMatchObject({ written: 1, pending: 0 });
  expect(noted(fixture.git, commit)).toEqual(['production 1']);
});

test('a host that stalls after the deployment holds nobody up, and who is told to end ends with the deployment done', async () => {
  const { enclosure } = await served();
  fixture.git.commit({ a: 'one' });
  server.behaviour = { kind: 'token', token, push: true };
  const ending = new AbortController();
  let ended = false;
  const running = enclosure
    .sync(request, {
      signal: ending.signal,
      notesTimeoutMs: 60_000,
      onProgress: ({ phase }) => {
        if (phase === 'apply') server.behaviour = { kind: 'stall' };
      },
    })
    .finally(() => (ended = true));
  await waitFor('the deployment', async () => (await recordsOf(fixture.enclosure)).length === 1);
  // The same environment, over another way to the repository: it gets the lock.
  expect((await fixture.sync()).result.outcome).toBe('unchanged');
  expect(ended).toBe(false);
  ending.abort();
  const { result, notes } = await running;
  expect(result).toMatchObject({ outcome: 'applied', revision: 1 });
  expect(notes).toMatchObject({ written: 0, pending: 1, error: { code: 'aborted', retryable: true } });
});
