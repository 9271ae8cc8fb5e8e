/**
 * Starts git and sees it end. Everything that talks to a remote or streams goes through here; what it prints is
 * judged in `fetch-failure.ts`.
 *
 * Why not through simple-git: it offers no process group, and `git fetch` that gets its SIGINT leaves its
 * `git-remote-https` behind, stalled for ever; it collects output instead of streaming it; and it logs the
 * environment of the child when DEBUG is set.
 */
import { spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import type { GitEnvironment } from './git-environment.ts';

export interface GitOptions {
  readonly environment: GitEnvironment;
  /** A process group of its own, so that `kill` also ends the helpers that git starts (ssh, git-remote-https). */
  readonly group?: boolean;
  readonly signal?: AbortSignal | undefined;
}

export interface GitExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** The end of what it printed to stderr. May hold what must not be shown: redact it. */
  readonly stderr: string;
  /** Set when it could not be started. */
  readonly error?: NodeJS.ErrnoException;
}

export interface GitProcess {
  readonly stdin: Writable;
  readonly stdout: Readable;
  /** Never rejects. */
  readonly exited: Promise<GitExit>;
  /** Ends it, with its group if it has one: SIGTERM first, so that git removes its temporary files. */
  kill(): void;
}

const stderrLimit = 16_384;
const patienceMs = 2_000;

/** How to end each running process: none outlives us, not even one in a group of its own. */
const running = new Set<() => void>();
let watching = false;

function watchExit(kill: () => void): void {
  running.add(kill);
  if (watching) return;
  watching = true;
  process.once('exit', () => running.forEach((end) => end()));
}

export function startGit(args: readonly string[], options: GitOptions): GitProcess {
  const child = spawn('git', args, {
    // Not the caller's directory: it may be gone. Git works on GIT_DIR, which is absolute.
    cwd: '/',
    env: options.environment,
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: options.group === true,
  });
  const send = (signal: NodeJS.Signals): void => {
    if (child.pid === undefined) return;
    try {
      process.kill(options.group === true ? -child.pid : child.pid, signal);
    } catch {
      // It is gone already.
    }
  };
  let insist: NodeJS.Timeout | undefined;
  const kill = (): void => {
    send('SIGTERM');
    insist ??= setTimeout(() => send('SIGKILL'), patienceMs).unref();
  };
  const killNow = (): void => send('SIGKILL');
  options.signal?.addEventListener('abort', kill, { once: true });
  watchExit(killNow);

  let stderr = '';
  child.stderr.on('data', (chunk: Buffer) => (stderr = (stderr + chunk.toString()).slice(-stderrLimit)));
  // A process that ended early breaks the pipe; its exit code says why.
  child.stdin.on('error', () => undefined);
  const exited = new Promise<GitExit>((resolve) => {
    let failure: NodeJS.ErrnoException | undefined;
    child.once('error', (error) => {
      failure = error;
      if (child.pid === undefined) resolve({ code: null, signal: null, stderr, error });
    });
    child.once('close', (code, signal) => {
      resolve({ code, signal, stderr, ...(failure === undefined ? {} : { error: failure }) });
    });
  }).finally(() => {
    clearTimeout(insist);
    options.signal?.removeEventListener('abort', kill);
    running.delete(killNow);
  });
  if (options.signal?.aborted === true) kill();
  return { stdin: child.stdin, stdout: child.stdout, exited, kill };
}

/** Runs git to its end and collects what it prints: for commands whose output is small. */
export async function runGit(
  args: readonly string[],
  options: GitOptions,
): Promise<{ readonly stdout: Buffer; readonly exit: GitExit }> {
  const git = startGit(args, options);
  git.stdin.end();
  const chunks: Buffer[] = [];
  git.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  const exit = await git.exited;
  return { stdout: Buffer.concat(chunks), exit };
}
