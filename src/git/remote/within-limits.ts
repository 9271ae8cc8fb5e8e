/**
 * The limits of one git process that speaks to a remote: its time, the bytes of the pack it writes, and the caller's
 * signal. Leaves what the process does and what its exit means to the caller.
 *
 * Fails with `fetch-timeout`, `fetch-too-large` and `aborted`.
 */
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { abortedError, EnclosureError, throwIfAborted } from '../../base/enclosure-error.ts';
import type { AllowedUrl } from './check-url.ts';
import type { GitEnvironment } from '../process/git-environment.ts';

export interface FetchOptions {
  readonly url: AllowedUrl;
  readonly credentials?: string | undefined;
  readonly gitDirectory: string;
  readonly environment: GitEnvironment;
  readonly timeoutMs: number;
  readonly maxBytes: number;
  readonly signal?: AbortSignal | undefined;
  /** Called when git has been started. */
  readonly onAsked?: (() => void) | undefined;
}

const watchMs = 100;

/** `run` ends its process soon when its signal fires; the error is then that of the limit, whatever `run` made of it. */
export async function withinLimits<T>(
  options: FetchOptions,
  run: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  throwIfAborted(options.signal);
  const limits = new AbortController();
  const onAbort = (): void =>
    limits.abort(options.signal === undefined ? undefined : abortedError(options.signal));
  options.signal?.addEventListener('abort', onAbort, { once: true });
  const timer = setTimeout(() => limits.abort(tooSlow(options)), options.timeoutMs);
  const watch = watchSize(options, () => limits.abort(tooLarge(options)));
  try {
    const result = await run(limits.signal);
    throwIfAborted(limits.signal);
    return result;
  } finally {
    clearTimeout(timer);
    clearInterval(watch);
    options.signal?.removeEventListener('abort', onAbort);
  }
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

/** Also of what comes by another way than a fetch. */
export function tooLarge({
  url,
  maxBytes,
}: Pick<FetchOptions, 'maxBytes'> & { readonly url: Pick<AllowedUrl, 'url'> }): EnclosureError {
  return new EnclosureError('fetch-too-large', 'the fetch was stopped because it is too large', {
    where: url.url,
    expected: `at most ${maxBytes} bytes`,
    next: 'Keep large files out of the configuration repository, or raise the limit',
  });
}
