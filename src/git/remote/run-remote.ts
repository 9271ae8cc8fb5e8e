/**
 * One git process that talks to the remote: with the credentials, in a process group of its own. Leaves the meaning of
 * its exit to the caller; what it printed may hold what must not be shown.
 */
import type { AllowedUrl } from './check-url.ts';
import { openCredentialSocket } from './credential-socket.ts';
import type { GitEnvironment } from '../process/git-environment.ts';
import { runGit, type GitExit } from '../process/git-process.ts';

export interface Remote {
  readonly url: AllowedUrl;
  readonly credentials?: string | undefined;
  readonly environment: GitEnvironment;
  /** Called when git has been started. */
  readonly onAsked?: (() => void) | undefined;
}

/** @param what the command with its options, all of them ours, and a refspec of checked names */
export async function runRemote(
  what: { readonly command: readonly string[]; readonly refspec: string },
  { url, credentials, environment, onAsked }: Remote,
  signal: AbortSignal,
): Promise<{ readonly stdout: Buffer; readonly exit: GitExit }> {
  const socket =
    credentials === undefined || url.protocol !== 'https'
      ? undefined
      : await openCredentialSocket(url.host, credentials);
  try {
    const running = runGit([...what.command, '--', url.url, what.refspec], {
      environment: { ...environment, ...socket?.environment },
      group: true,
      signal,
    });
    onAsked?.();
    return await running;
  } finally {
    await socket?.close();
  }
}
