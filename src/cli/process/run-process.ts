/** The command line as a process: its streams, its signals and its end. */
import { processEnvironment } from '../../config/process-environment.ts';
import { listenForInterruption } from './interruption.ts';
import { openEnclosure } from '../open-enclosure.ts';
import { openServer } from '../open-server.ts';
import { run } from '../run.ts';
import type { World } from '../../terminal/world.ts';

export async function runProcess(
  argv: readonly string[],
  parts: Pick<World, 'open' | 'serve'> = { open: openEnclosure, serve: openServer },
): Promise<never> {
  const interruption = listenForInterruption((code) => process.exit(code));
  for (const stream of [process.stdout, process.stderr]) stream.on('error', ignoreBrokenPipe);
  const code = await run(argv, {
    stdout: process.stdout,
    stderr: process.stderr,
    env: processEnvironment(),
    signal: interruption.signal,
    claimSignals: interruption.claim,
    ...parts,
  });
  // What was asked for and done in spite of the signal is done; a server was asked to end and ended.
  const exitCode = code === 0 ? 0 : (interruption.exitCode() ?? code);
  await Promise.all([flushed(process.stdout), flushed(process.stderr)]);
  // Sessions are closed by now. What else may be under way, such as the look-up of a name, must not keep the process.
  process.exit(exitCode);
}

/** `enclosure history | head -1`: nobody reads on. The run itself goes on: half a deployment helps nobody. */
function ignoreBrokenPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
}

async function flushed(stream: NodeJS.WriteStream): Promise<void> {
  await new Promise<void>((resolve) => stream.write('', () => resolve()));
}
