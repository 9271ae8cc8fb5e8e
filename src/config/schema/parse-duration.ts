/** Durations as people write them: `500ms`, `10s`, `2m`, `1h`. */
export const durationPattern = /^\d{1,9}(ms|s|m|h)$/;

const units = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 } as const;

/** In milliseconds; undefined for what is no duration. A number without its unit is none: 10 of what? */
export function parseDuration(text: string): number | undefined {
  if (!durationPattern.test(text)) return undefined;
  const unit = text.replace(/^\d+/, '') as keyof typeof units;
  return Number.parseInt(text, 10) * units[unit];
}
