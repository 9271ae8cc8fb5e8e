/**
 * One `git fetch` of one ref into the local copy, bounded in time and in bytes. Leaves locks, retries and the making of
 * the copy to others. Fails with the errors of `git-failure.ts`, `fetch-timeout` and `fetch-too-large`.
 */
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { abortedError, EnclosureError, throwIfAborted } from '../model/errors.ts';
import type { AllowedUrl } from './check-url.ts';
import { fetchFailure } from './git-failure.ts';
import type { GitEnvironment } from './git-environment.ts';
import { runRemote } from './run-remote.ts';

export interface FetchOptions {
  readonly url: AllowedUrl;
  readonly credentials?: string | undefined;
  readonly gitDirectory: string;
  readonly environment: GitEnvironment;
  readonly timeoutMs: number;
  readonly maxBytes: number;
  readonly signal?: AbortSignal | undefined;
}

const watchMs = 100;

/** `source` is a full ref or a commit, `target` a ref of ours; both validated by the caller. A forced push is followed. */
export async function fetchRef(
  source: string,
  target: string,
  options: FetchOptions,
  branch?: string,
): Promise<void> {
  throwIfAborted(options.signal);
  const limits = new AbortController();
  const onAbort = (): void =>
    limits.abort(options.signal === undefined ? undefined : abortedError(options.signal));
  options.signal?.addEventListener('abort', onAbort, { once: true });
  const timer = setTimeout(() => limits.abort(tooSlow(options)), options.timeoutMs);
  const watch = watchSize(options, () => limits.abort(tooLarge(options)));
  try {
    const { exit } = await runRemote(fetchArguments(source, target), options, limits.signal);
    if (limits.signal.aborted) throw abortedError(limits.signal);
    if (exit.code !== 0) {
      const secrets = options.credentials === undefined ? [] : [options.credentials];
      throw fetchFailure(exit, {
        url: options.url.url,
        secrets,
        ...(branch === undefined ? {} : { branch }),
      });
    }
  } finally {
    clearTimeout(timer);
    clearInterval(watch);
    options.signal?.removeEventListener('abort', onAbort);
  }
}

/** The URL goes between these and the refspec. */
function fetchArguments(source: string, target: string) {
  const quiet = ['--no-tags', '--no-write-fetch-head', '--no-auto-maintenance', '--quiet'];
  return { command: ['fetch', '--force', ...quiet], refspec: `+${source}:${target}` };
}

/** Looks at the pack that is being written: git itself knows no limit for a fetch. */
function watchSize(options: FetchOptions, exceeded: () => void): NodeJS.Timeout {
  const packs = join(options.gitDirectory, 'objects', 'pack');
  let busy = false;
  return setInterval(() => {
    if (busy) return;
    busy = true;
    void unfinishedBytes(packs)
      .then((bytes) => bytes > options.maxBytes && exceeded())
      .finally(() => (busy = false));
  }, watchMs);
}

async function unfinishedBytes(directory: string): Promise<number> {
  let bytes = 0;
  for (const name of await readdir(directory).catch(() => [])) {
    if (!name.startsWith('tmp_')) continue;
    bytes += await stat(join(directory, name)).then(
      ({ size }) => size,
      () => 0,
    );
  }
  return bytes;
}

function tooSlow(options: FetchOptions): EnclosureError {
  return new EnclosureError('fetch-timeout', 'the fetch took too long and was stopped', {
    where: options.url.url,
    expected: `an end within ${options.timeoutMs} ms`,
    next: 'Try again; a first fetch of a large repository may need a longer limit',
  });
}

function tooLarge(options: FetchOptions): EnclosureError {
  return new EnclosureError('fetch-too-large', 'the fetch was stopped because it is too large', {
    where: options.url.url,
    expected: `at most ${options.maxBytes} bytes`,
    next: 'Keep large files out of the configuration repository, or raise the limit',
  });
}
