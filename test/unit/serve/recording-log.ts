import type { Log } from '../../../src/model/ports/log.ts';
import { createLog } from '../../../src/serve/create-log.ts';

export type Line = Readonly<Record<string, unknown>> & { readonly level: string; readonly message: string };

/** The real log, with its lines kept. */
export function recordingLog(): { readonly log: Log; readonly lines: Line[] } {
  const lines: Line[] = [];
  return { log: createLog({ write: (line) => void lines.push(JSON.parse(line) as Line) }), lines };
}
