/** What the quickstart prints: in colour on a terminal, plain otherwise. */
import colors from 'picocolors';

const { bold, cyan, dim, green } = colors;

export function heading(text: string): void {
  process.stdout.write(`\n${bold(cyan(text))}\n`);
}

/** A sentence for the reader, wrapped by hand where it is written. */
export function say(...lines: readonly string[]): void {
  for (const line of lines) process.stdout.write(`${line}\n`);
}

/** A command and what it printed, as it would look in a terminal. */
export function showCommand(command: string, output: string): void {
  showOutput(`$ ${command}`, output);
}

/** What a program printed, under a line that says which. */
export function showOutput(title: string, output: string): void {
  process.stdout.write(`\n  ${bold(title)}\n`);
  for (const line of output.trimEnd().split('\n')) process.stdout.write(`  ${line.trimEnd()}\n`);
  process.stdout.write('\n');
}

/** Columns padded to the widest cell; the first row is the header. */
export function showTable(rows: readonly (readonly string[])[]): void {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? '').length)),
  );
  process.stdout.write('\n');
  for (const [index, row] of rows.entries()) {
    const line = row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('   ');
    process.stdout.write(`  ${index === 0 ? dim(line.trimEnd()) : line.trimEnd()}\n`);
  }
  process.stdout.write('\n');
}

/** Thrown when something is not as the quickstart says. */
export class ClaimFailed extends Error {
  override readonly name = 'ClaimFailed';
}

/** Everything that the quickstart says of what it shows is checked here; a claim that does not hold ends it. */
export function claim(text: string, holds: boolean, found = ''): void {
  if (!holds) throw new ClaimFailed(`not as claimed: ${text}${found === '' ? '' : `; found ${found}`}`);
  process.stdout.write(`${green('✓')} ${text}\n`);
}
