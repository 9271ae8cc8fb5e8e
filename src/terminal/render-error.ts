/** An error for people. Pure. What is not an `EnclosureError` is a fault of ours and says so. */
import { isEnclosureError } from '../base/enclosure-error.ts';
import { escapeName } from '../model/znode-path.ts';
import type { Style } from './style.ts';

/** `error[code]: message`; on a terminal with where and what next on lines of their own. */
export function renderError(error: unknown, style: Style): string[] {
  const { colours } = style;
  if (!isEnclosureError(error)) return renderUnexpected(error, style);
  const label = colours.red(`error[${error.code}]`);
  if (!style.terminal) return lines(`${label}: `, error.message);
  const { where, next } = error.details;
  let message = error.message;
  if (where !== undefined) message = message.replace(` (${where})`, '');
  if (next !== undefined && message.endsWith(`. ${next}`)) message = message.slice(0, -next.length - 2);
  return [
    ...lines(`${label}: `, message),
    ...(where === undefined ? [] : lines(`  ${colours.dim('where')} `, where)),
    ...(next === undefined ? [] : lines(`  ${colours.dim('next')}  `, next)),
  ];
}

function renderUnexpected(error: unknown, { colours, verbose }: Style): string[] {
  const label = `${colours.red('error[unexpected]')}: `;
  if (!(error instanceof Error)) return lines(label, String(error));
  return lines(label, verbose ? (error.stack ?? error.message) : `${error.message} (--verbose shows where)`);
}

/** Escaped line by line: a message may have several lines, but nothing else that moves a cursor. */
function lines(prefix: string, text: string): string[] {
  return text.split('\n').map((line, index) => (index === 0 ? prefix : '') + escapeName(line));
}
