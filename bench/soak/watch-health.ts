/** Asks serve's `/healthz` all the time: a process that lives and does not answer is one whose event loop stands still. */
import { setTimeout as delay } from 'node:timers/promises';
import type { ServeProcess } from './serve-process.ts';

export interface SeenHealth {
  /** How often a living process took longer than 2 s to answer. */
  stoodStill: number;
  /** The longest that a living process did not answer. */
  longestSilenceMs: number;
}

export interface HealthWatch {
  readonly seen: SeenHealth;
  stop(): Promise<void>;
}

const stillMs = 2000;
const everyMs = 100;

export function watchHealth({ url, child }: ServeProcess): HealthWatch {
  const seen: SeenHealth = { stoodStill: 0, longestSilenceMs: 0 };
  const stopping = new AbortController();
  const watch = async (): Promise<void> => {
    let [of, answered, counted] = [child(), undefined as number | undefined, false];
    while (!stopping.signal.aborted) {
      const asked = await fetch(`${url}/healthz`, { signal: AbortSignal.timeout(stillMs) }).catch(
        () => undefined,
      );
      await asked?.body?.cancel();
      const now = performance.now();
      // One that is just starting has not fallen silent, and one that died is counted as a crash.
      if (child() !== of) [of, answered, counted] = [child(), undefined, false];
      else if (answered !== undefined) {
        const silence = now - answered;
        seen.longestSilenceMs = Math.max(seen.longestSilenceMs, Math.round(silence));
        if (silence > stillMs && !counted) {
          seen.stoodStill += 1;
          counted = true;
        }
      }
      if (asked !== undefined) [answered, counted] = [now, false];
      await delay(everyMs, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
  };
  const watching = watch();
  return {
    seen,
    async stop() {
      stopping.abort();
      await watching;
    },
  };
}
