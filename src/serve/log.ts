import { pino, type DestinationStream } from 'pino';
import type { Log } from '../model/log.ts';

/**
 * A log of one JSON line each on standard error. Written synchronously, so that the last line before a crash is there.
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
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    destination,
  );
}
