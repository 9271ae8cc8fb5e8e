/** Why a command failed, in the words that it left. Pure. */
import { escapeName } from '../model/znode-path.ts';
import { formatDuration } from '../terminal/format-bytes.ts';
import { cutTo } from '../terminal/shown-path.ts';
import type { RunResult } from './child/run-to-end.ts';

/** It stands in a receipt, and those are read by whoever lists the members. */
const longest = 300;

/** Undefined of a command that succeeded; otherwise the end of its output, at most 300 characters. */
export function complaintOf(what: string, result: RunResult, timeoutMs: number): string | undefined {
  const { code, signal, late } = result;
  if (code === 0 && !late) return undefined;
  const end = late
    ? `${what} did not end within ${formatDuration(timeoutMs)}`
    : signal === null
      ? `${what} failed with exit code ${code}`
      : `${what} was ended by ${signal}`;
  const room = late ? longest - end.length - 2 : longest;
  const said = lastOf(result.lastLines.map(escapeName), room);
  if (said === '') return end;
  return late ? `${end}: ${said}` : said;
}

/** As many whole lines of the end as fit, and at least a part of the last one. */
function lastOf(lines: readonly string[], room: number): string {
  const last = lines.at(-1);
  if (last === undefined) return '';
  let said = cutTo(last, room);
  for (const line of lines.slice(0, -1).toReversed()) {
    const more = `${line}; ${said}`;
    if (more.length > room) break;
    said = more;
  }
  return said;
}
