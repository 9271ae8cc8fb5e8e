import { expect, test } from 'vitest';
import { BrokenCopyError, fetchFailure, readFailure } from '../../../../src/git/process/fetch-failure.ts';
import type { GitExit } from '../../../../src/git/process/git-process.ts';

const context = { url: 'https://example.org/config.git', branch: 'main', secrets: ['canary'] };
const exit = (stderr: string): GitExit => ({ code: 128, signal: null, stderr });

test.each([
  ["fatal: couldn't find remote ref refs/heads/main", 'branch-missing'],
  ["fatal: Authentication failed for 'https://example.org/config.git/'", 'repository-denied'],
  [
    "fatal: could not read Username for 'https://example.org': terminal prompts disabled",
    'repository-denied',
  ],
  [
    "fatal: unable to access 'https://example.org/': The requested URL returned error: 403",
    'repository-denied',
  ],
  ['Host key verification failed.\nfatal: Could not read from remote repository.', 'repository-denied'],
  [
    '@@@ WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED! @@@\nfatal: Could not read from remote repository.',
    'repository-denied',
  ],
  [
    'git@github.com: Permission denied (publickey).\nfatal: Could not read from remote repository.',
    'repository-denied',
  ],
  [
    "fatal: unable to access 'https://x/': server certificate verification failed. CAfile: none",
    'repository-denied',
  ],
  ["fatal: unable to access 'https://x/': Could not resolve host: x", 'repository-unreachable'],
  [
    "fatal: unable to access 'https://x/': Failed to connect to x port 443: Connection refused",
    'repository-unreachable',
  ],
  ["remote: Repository not found.\nfatal: repository 'https://x/' not found", 'repository-unreachable'],
  [
    "fatal: '/nowhere' does not appear to be a git repository\nfatal: Could not read from remote repository.",
    'repository-unreachable',
  ],
  [
    'fatal: the remote end hung up unexpectedly\nfatal: early EOF\nfatal: fetch-pack: invalid index-pack output',
    'repository-unreachable',
  ],
  ["fatal: unable to access 'https://x/': The requested URL returned error: 503", 'repository-unreachable'],
  [
    "error: object 1234: hasDotdot: contains '..'\nfatal: fsck error in packed object\nfatal: fetch-pack: invalid index-pack output",
    'repository-corrupt',
  ],
  ["fatal: transport 'http' not allowed", 'url-refused'],
  ['error: unable to write file: No space left on device\nfatal: early EOF', 'git-failed'],
  ['something new', 'git-failed'],
])('F49: %j is %s', (stderr, code) => {
  const error = fetchFailure(exit(stderr), context);
  expect(error.code).toBe(code);
  expect(error).not.toBeInstanceOf(BrokenCopyError);
});

test.each([
  "error: cannot lock ref 'refs/enclosure/heads/main': Unable to create '/c/refs/enclosure/heads/main.lock': File exists.",
  "fatal: not a git repository: '/cache/config.git'",
  'error: packfile ./objects/pack/pack-1.pack does not match index',
  'error: refs/enclosure/heads/main does not point to a valid object!',
  'fatal: bad object 1234',
  'error: object file ./objects/12/34 is empty\nfatal: loose object 1234 is corrupt',
])('F48: %j is damage of the local copy', (stderr) => {
  expect(fetchFailure(exit(stderr), context)).toBeInstanceOf(BrokenCopyError);
});

test('damage that the remote reports is not ours', () => {
  const stderr = 'remote: fatal: bad object 1234\nfatal: the remote end hung up unexpectedly';
  expect(fetchFailure(exit(stderr), context)).not.toBeInstanceOf(BrokenCopyError);
});

test('F49: a denial is not retried, an outage is', () => {
  expect(fetchFailure(exit('Authentication failed'), context).retryable).toBe(false);
  expect(fetchFailure(exit('Connection refused'), context).retryable).toBe(true);
});

test('F47: what git printed is redacted, and the error has no cause', () => {
  const error = fetchFailure(
    exit("fatal: Authentication failed for 'https://u:canary@example.org/'; canary"),
    context,
  );
  expect(`${error.message}${error.stack}${JSON.stringify(error)}`).not.toContain('canary');
  expect(error.cause).toBeUndefined();
});

test('git that is not installed, and git that was killed, are no damage', () => {
  const missing = {
    code: null,
    signal: null,
    stderr: '',
    error: Object.assign(new Error('x'), { code: 'ENOENT' }),
  };
  expect(readFailure(missing, context).code).toBe('git-missing');
  const killed = readFailure({ code: null, signal: 'SIGKILL', stderr: '' }, context);
  expect(killed.code).toBe('git-failed');
  expect(killed).not.toBeInstanceOf(BrokenCopyError);
});
