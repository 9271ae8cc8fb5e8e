import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { errnoOf } from '../src/base/errno-of.ts';

/** Streams commits into a repository, however many files they hold; a ref that is there already follows. */
export async function fastImport(directory: string, stream: Iterable<string>): Promise<void> {
  const importing = spawn('git', ['-C', directory, 'fast-import', '--quiet', '--force'], {
    stdio: ['pipe', 'ignore', 'inherit'],
  });
  const ended = once(importing, 'exit') as Promise<[number | null]>;
  // Its exit code says more than the pipe that breaks when it ends early.
  importing.stdin.on('error', () => undefined);
  await pipeline(Readable.from(inLargePieces(stream)), importing.stdin).catch((error: unknown) => {
    if (errnoOf(error) !== 'EPIPE') throw error;
  });
  const [code] = await ended;
  if (code !== 0) throw new Error(`expected git fast-import to end with 0, it ended with ${code}`);
}

/** What `data` is in the stream. */
export function data(text: string): string {
  return `data ${Buffer.byteLength(text)}\n${text}\n`;
}

/** A system call for each file would take longer than git does. */
function* inLargePieces(texts: Iterable<string>): Generator<string> {
  let piece = '';
  for (const text of texts) {
    piece += text;
    if (piece.length < 256 * 1024) continue;
    yield piece;
    piece = '';
  }
  yield piece;
}
