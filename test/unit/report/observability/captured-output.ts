import { afterEach, beforeEach, vi } from 'vitest';

export type JsonLine = Readonly<Record<string, unknown>>;

/** What a test writes on standard output and standard error, as whole lines of JSON. */
export function capturedOutput(): { readonly lines: () => JsonLine[]; readonly text: () => string } {
  let text = '';
  beforeEach(() => {
    text = '';
    const keep = (chunk: unknown): boolean => {
      text += String(chunk);
      return true;
    };
    vi.spyOn(process.stdout, 'write').mockImplementation(keep);
    vi.spyOn(process.stderr, 'write').mockImplementation(keep);
  });
  afterEach(() => {
    vi.restoreAllMocks();
  });
  return {
    text: () => text,
    lines: () =>
      text
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as JsonLine),
  };
}
