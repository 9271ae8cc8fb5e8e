/** A log that nobody reads. */
import type { Log } from '../../src/model/ports/log.ts';

export const quietLog: Log = {
  info() {},
  warn() {},
  error() {},
  child: () => quietLog,
};
