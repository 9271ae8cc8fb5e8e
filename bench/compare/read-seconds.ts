/** How long a run of Enclosure read, from the line that ends `--verbose`: `...: took 1.020 s (connect 0.031 s, read 0.440 s)`. */
export function readSeconds(stderr: string): number {
  const line = stderr.split('\n').findLast((text) => /: took [\d.]+ s \(/u.test(text));
  const seconds = Number(/\bread ([\d.]+) s\b/u.exec(line ?? '')?.[1] ?? Number.NaN);
  if (seconds > 0) return seconds;
  throw new Error(
    `expected a last line of --verbose with the time of each phase, "read 0.440 s" among them; found: ${line ?? stderr.trimEnd()}`,
  );
}
