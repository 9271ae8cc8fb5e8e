/** The lines of a difference with the colours that every diff has. Pure. */
import type { Style } from '../../../terminal/style.ts';

export function renderDifference(lines: readonly string[], { colours }: Style): string[] {
  return lines.map((line) => {
    if (line.startsWith('--- ') || line.startsWith('+++ ')) return colours.bold(line);
    if (line.startsWith('@@ ')) return colours.cyan(line);
    if (line.startsWith('+')) return colours.green(line);
    return line.startsWith('-') ? colours.red(line) : line;
  });
}
