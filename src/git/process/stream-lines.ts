/** Streams what a reading git command prints, with backpressure, and fails when the command failed. */
import { Readable } from 'node:stream';
import { EnclosureError, throwIfAborted } from '../../base/enclosure-error.ts';
import { endedBy } from './fetch-failure.ts';
import { startGit, type GitExit, type GitOptions } from './git-process.ts';
import { ByteQueue } from './byte-queue.ts';

export type OnFailure = (exit: GitExit) => EnclosureError;

/**
 * Yields chunks that end where a line ends: NUL-terminated lines are never split.
 *
 * @param input what git reads; taken as git takes it, and no further than it reads
 */
export async function* streamLines(
  args: readonly string[],
  options: GitOptions,
  onFailure: OnFailure,
  input: Iterable<string> = [],
): AsyncGenerator<Buffer, void, undefined> {
  const queue = new ByteQueue();
  for await (const chunk of streamBytes(args, options, onFailure, input)) {
    const end = chunk.lastIndexOf(0) + 1;
    if (end === 0) {
      queue.push(chunk);
      continue;
    }
    queue.push(chunk.subarray(0, end));
    yield queue.take(queue.length);
    queue.push(chunk.subarray(end));
  }
  if (queue.length > 0) throw onFailure({ code: 0, signal: null, stderr: 'the last line is cut' });
}

/** Yields what git prints as it comes. */
export async function* streamBytes(
  args: readonly string[],
  options: GitOptions,
  onFailure: OnFailure,
  input: Iterable<string> = [],
): AsyncGenerator<Buffer, void, undefined> {
  throwIfAborted(options.signal);
  const git = startGit(args, options);
  Readable.from(input).pipe(git.stdin);
  let ended = false;
  try {
    yield* git.stdout as AsyncIterable<Buffer>;
    const exit = await git.exited;
    ended = true;
    if (exit.code !== 0) throw endedBy(options.signal, () => onFailure(exit));
  } catch (error) {
    if (error instanceof EnclosureError) throw error;
    // The pipe broke; why, the process says.
    git.kill();
    const exit = await git.exited;
    throw endedBy(options.signal, () => onFailure(exit));
  } finally {
    if (!ended) {
      git.kill();
      git.stdout.destroy();
      await git.exited;
    }
  }
}
