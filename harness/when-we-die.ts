import { spawn } from 'node:child_process';
import { Socket } from 'node:net';

/**
 * Runs a command when this process ends in whatever way, SIGKILL included, which no handler in it could see to: a small
 * shell waits for the end of a pipe that only this process holds open. Returns what calls it off.
 */
export function whenWeDie(command: readonly string[], directoryToRemove: string): () => void {
  const script = 'cat > /dev/null; directory=$1; shift; "$@"; rm -rf "$directory"';
  const shell = spawn('sh', ['-c', script, 'when-we-die', directoryToRemove, ...command], {
    stdio: ['pipe', 'ignore', 'ignore'],
    // Out of reach of the Ctrl-C or the kill of a group that ends us.
    detached: true,
  });
  shell.unref();
  // The pipe must not keep this process from ending; a shell that is called off breaks it, which is no error.
  shell.stdin.on('error', () => {});
  if (shell.stdin instanceof Socket) shell.stdin.unref();
  return () => void shell.kill('SIGKILL');
}
