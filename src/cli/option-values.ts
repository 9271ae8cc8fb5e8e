/** Values of options: each parser gives the value or says, as commander has it, what was expected. */
import { InvalidArgumentError } from 'commander';
import { parseDuration } from '../config/duration.ts';

export function commitOption(value: string): string {
  // Four digits are the fewest that git takes for an abbreviation.
  if (/^[0-9a-f]{4,64}$/i.test(value)) return value.toLowerCase();
  throw new InvalidArgumentError('Expected a commit: 4 to 64 hexadecimal digits');
}

export function durationOption(value: string): number {
  const duration = parseDuration(value);
  if (duration !== undefined) return duration;
  throw new InvalidArgumentError('Expected a duration such as 10s, 500ms or 2m');
}

/** A period that something is repeated in. */
export function periodOption(value: string): number {
  const duration = durationOption(value);
  if (duration >= 1000 && duration <= 86_400_000) return duration;
  throw new InvalidArgumentError('Expected a duration from 1s to 24h');
}

export function limitOption(value: string): number {
  if (/^[1-9]\d{0,5}$/.test(value)) return Number(value);
  throw new InvalidArgumentError('Expected a number from 1 to 999999');
}

export function portOption(value: string): number {
  if (/^\d{1,5}$/.test(value) && Number(value) <= 65_535) return Number(value);
  throw new InvalidArgumentError('Expected a port from 0 to 65535');
}
