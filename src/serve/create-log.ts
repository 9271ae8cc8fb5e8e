import { pino, type DestinationStream } from 'pino';
import type { Log } from '../model/ports/log.ts';

/**
 * A log of one JSON line each on standard error. Written synchronously, so that the last line before a crash is there.
 * The keys are those of the functions' log (src/report/observability); a request's own `time` does not collide with them.
 * Nothing is redacted here: secrets are values that print as `[secret]`, and errors carry none.
 */
export function createLog(
  destination: DestinationStream = pino.destination({ fd: 2, sync: true }),
  level: 'info' | 'warn' | 'error' = 'info',
): Log {
  return pino(
    {
      level,
      base: null,
      messageKey: 'message',
      timestamp: () => `,"timestamp":"${new Date().toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
    },
    destination,
  );
}
