/**
 * SIGINT and SIGTERM (and the terminal that goes away) ask for an orderly end: the run is aborted, locks are released,
 * sessions are closed. Who asks twice gets it at once.
 */
import { constants } from 'node:os';
import { EnclosureError } from '../model/errors.ts';

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

export interface Interruption {
  readonly signal: AbortSignal;
  /** 128 and the number of the signal, as a shell has it; undefined when there was none. */
  exitCode(): number | undefined;
}

export function listenForInterruption(exitAtOnce: (code: number) => void): Interruption {
  const controller = new AbortController();
  let code: number | undefined;
  for (const name of signals) {
    process.on(name, () => {
      const asked = 128 + constants.signals[name];
      if (code !== undefined) {
        exitAtOnce(asked);
        return;
      }
      code = asked;
      controller.abort(new EnclosureError('aborted', `stopped by ${name}`));
    });
  }
  return { signal: controller.signal, exitCode: () => code };
}
