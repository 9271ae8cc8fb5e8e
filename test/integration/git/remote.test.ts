import type { GitRepository } from '../../../src/model/ports/git-repository.ts';
import { openRepository, type OpenRepositoryOptions } from '../../../src/git/open-repository.ts';
import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { inspect } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { createGitFixture, type GitFixture } from '../../../harness/git-fixture.ts';
import { startGitHttpServer, type GitHttpServer } from '../../../harness/git-http-server.ts';
import { waitFor } from '../../../harness/wait-for.ts';

const token = 'canary-9f3c';

let fixture: GitFixture;
let server: GitHttpServer;
let head: string;
let cacheDirectory: string;
let repository: GitRepository | undefined;

beforeAll(async () => {
  fixture = await createGitFixture();
  // Random, so that the pack is large enough to be cut.
  const noise = randomBytes(300_000);
  head = fixture.commit({ 'a.txt': 'one', noise });
  server = await startGitHttpServer(fixture.directory);
});

afterAll(async () => {
  await server.stop();
  await fixture.remove();
});

beforeEach(async () => {
  cacheDirectory = await mkdtemp(join(tmpdir(), 'enclosure-cache-'));
  server.behaviour = { kind: 'serve' };
});

afterEach(async () => {
  await repository?.close();
  repository = undefined;
  await rm(cacheDirectory, { recursive: true, force: true });
});

async function open(options: Partial<OpenRepositoryOptions> = {}): Promise<GitRepository> {
  repository = await openRepository({
    url: `${server.origin}/${basename(fixture.directory)}`,
    cacheDirectory,
    allowLocal: false,
    baseEnv: { PATH: process.env['PATH'], GIT_SSL_CAINFO: server.certificate },
    ...options,
  });
  return repository;
}

/** Everything that a logger could print of an error. */
function shown(error: unknown): string {
  const whole = inspect(error, { depth: Infinity, showHidden: true, getters: true });
  return whole + (error instanceof Error ? `${error.message}${error.stack}${inspect(error.cause)}` : '');
}

async function failure(run: Promise<unknown>): Promise<{ code: string; retryable: boolean; text: string }> {
  try {
    await run;
  } catch (error) {
    const { code, retryable } = error as { code: string; retryable: boolean };
    return { code, retryable, text: shown(error) };
  }
  throw new Error('it did not fail');
}

test('a repository is fetched over https', async () => {
  expect(await (await open()).fetchBranch('main')).toBe(head);
});

test('F47: the token reaches the server, and no file, command line or environment', async () => {
  server.behaviour = { kind: 'token', token };
  const seen = new Set<string>();
  const watch = setInterval(() => {
    for (const line of processes('cmdline', 'environ')) seen.add(line);
  }, 5);
  try {
    expect(await (await open({ credentials: `${token}\n` })).fetchBranch('main')).toBe(head);
  } finally {
    clearInterval(watch);
  }
  const text = [...seen].join('\n');
  expect(text, 'the fetch was watched').toContain(server.origin);
  expect(text).not.toContain(token);
  expect(server.authorizations.at(-1)).toContain(Buffer.from(`x-access-token:${token}`).toString('base64'));
  for (const name of await readdir(cacheDirectory, { recursive: true, withFileTypes: true })) {
    if (name.isFile()) expect((await readFile(join(name.parentPath, name.name))).includes(token)).toBe(false);
  }
});

test('F47, F49: a refused token is a denial that nobody retries, and the token is nowhere in the error', async () => {
  server.behaviour = { kind: 'token', token: 'another' };
  const { code, retryable, text } = await failure((await open({ credentials: token })).fetchBranch('main'));
  expect([code, retryable]).toEqual(['repository-denied', false]);
  expect(text).not.toContain(token);
});

test('F47: a redirect to another host does not get the token', async () => {
  const other = await startGitHttpServer(fixture.directory);
  try {
    other.behaviour = { kind: 'token', token };
    server.behaviour = { kind: 'redirect', to: other.origin };
    const certificates = join(cacheDirectory, 'certificates.pem');
    await writeFile(
      certificates,
      [await readFile(server.certificate), await readFile(other.certificate)].join('\n'),
    );
    const baseEnv = { PATH: process.env['PATH'], GIT_SSL_CAINFO: certificates };
    const { code, text } = await failure((await open({ credentials: token, baseEnv })).fetchBranch('main'));
    expect(code).toBe('repository-denied');
    expect(text).not.toContain(token);
    expect(other.authorizations.length).toBeGreaterThan(0);
    expect(other.authorizations.join('')).toBe('');
  } finally {
    await other.stop();
  }
});

test.each([
  [401, 'repository-denied', false],
  [403, 'repository-denied', false],
  [404, 'repository-unreachable', true],
  [500, 'repository-unreachable', true],
  [503, 'repository-unreachable', true],
])('F49: status %i is %s', async (status, code, retryable) => {
  server.behaviour = { kind: 'status', status };
  expect(await failure((await open()).fetchBranch('main'))).toMatchObject({ code, retryable });
});

test('F49: a certificate that nobody vouches for is a denial', async () => {
  const { code, retryable } = await failure(
    (await open({ baseEnv: { PATH: process.env['PATH'] } })).fetchBranch('main'),
  );
  expect([code, retryable]).toEqual(['repository-denied', false]);
});

// Well before the 60 s after which curl gives up by itself, as it does when only git is ended and not its helper.
const soon = { timeout: 40_000 };

test('F46: a fetch that stalls is stopped in time with every process it started', soon, async () => {
  server.behaviour = { kind: 'stall' };
  const { code, retryable } = await failure((await open({ timeoutMs: 400 })).fetchBranch('main'));
  expect([code, retryable]).toEqual(['fetch-timeout', true]);
  await helpersEnd();
});

test('F46: a stalled fetch is stopped by its signal', soon, async () => {
  server.behaviour = { kind: 'stall' };
  const controller = new AbortController();
  const fetching = failure((await open()).fetchBranch('main', { signal: controller.signal }));
  await waitFor('the helper of git to run', () =>
    new RegExp(`remote-https ${server.origin}`).test(commandLines()),
  );
  controller.abort();
  expect((await fetching).code).toBe('aborted');
  await helpersEnd();
});

test('F46: a fetch that is cut leaves nothing behind, and the next one succeeds', async () => {
  const target = await open();
  server.behaviour = { kind: 'cut', bytes: 100_000 };
  expect(await failure(target.fetchBranch('main'))).toMatchObject({
    code: 'repository-unreachable',
    retryable: true,
  });
  server.behaviour = { kind: 'serve' };
  expect(await target.fetchBranch('main')).toBe(head);
  const files = await readdir(cacheDirectory, { recursive: true });
  expect(files.filter((name) => /tmp_|\.lock$/.test(name))).toEqual([]);
});

test('an address where nothing listens is unreachable', async () => {
  const { code, retryable } = await failure(
    (await open({ url: 'https://127.0.0.1:9/config.git' })).fetchBranch('main'),
  );
  expect([code, retryable]).toEqual(['repository-unreachable', true]);
});

async function helpersEnd(): Promise<void> {
  await waitFor('the helpers of git to end', () => !commandLines().includes(server.origin));
}

function commandLines(): string {
  return processes('cmdline').join('\n').replaceAll('\0', ' ');
}

/** What the kernel shows of every process of ours. */
function processes(...files: readonly ('cmdline' | 'environ')[]): string[] {
  const texts: string[] = [];
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    for (const file of files) {
      try {
        texts.push(readFileSync(`/proc/${pid}/${file}`, 'latin1'));
      } catch {
        // It ended meanwhile.
      }
    }
  }
  return texts;
}
