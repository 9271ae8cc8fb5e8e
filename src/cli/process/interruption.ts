/**
 * SIGINT and SIGTERM (and the terminal that goes away) ask for an orderly end: the run is aborted, locks are released,
 * sessions are closed. A second signal ends it at once.
 *
 * A command that looks after another process claims the signals: they are that process's then, and how it ends is how we end.
 */
import { constants } from 'node:os';
import { EnclosureError } from '../../base/enclosure-error.ts';

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
/** What else a process may be told; left to the system's own answer while nobody claims them. */
const claimable = ['SIGQUIT', 'SIGUSR1', 'SIGUSR2', 'SIGWINCH'] as const;

export interface Interruption {
  readonly signal: AbortSignal;
  /** 128 and the number of the signal, as a shell has it; undefined when there was none. */
  exitCode(this: void): number | undefined;
  /** Until the returned function is called, all signals go to `receive` and none ends us. One claim at a time. */
  claim(this: void, receive: (name: NodeJS.Signals) => void): () => void;
}

export function listenForInterruption(exitAtOnce: (code: number) => void): Interruption {
  const controller = new AbortController();
  let code: number | undefined;
  let claimed: ((name: NodeJS.Signals) => void) | undefined;
  for (const name of signals) {
    process.on(name, () => {
      if (claimed !== undefined) {
        claimed(name);
        return;
      }
      const asked = 128 + constants.signals[name];
      if (code !== undefined) {
        exitAtOnce(asked);
        return;
      }
      code = asked;
      controller.abort(new EnclosureError('aborted', `stopped by ${name}`));
    });
  }
  return {
    signal: controller.signal,
    exitCode: () => code,
    claim(receive) {
      claimed = receive;
      for (const name of claimable) process.on(name, receive);
      return () => {
        claimed = undefined;
        for (const name of claimable) process.off(name, receive);
      };
    },
  };
}
