/** What `enclosure join` is asked for, and which of it cannot be meant together. Pure. */
import { EnclosureError } from '../base/enclosure-error.ts';

export interface JoinFlags {
  readonly connect?: string;
  readonly stateRoot?: string;
  readonly znode?: string;
  readonly name?: string;
  readonly label?: Readonly<Record<string, string>>;
  readonly out?: string;
  readonly exec?: string;
  readonly signal?: NodeJS.Signals;
  readonly restart?: boolean;
  readonly run?: string;
  readonly check?: string;
  readonly checkTimeout: number;
  readonly killAfter: number;
  readonly once?: boolean;
  readonly splay?: number;
  readonly timeout: number;
  readonly sessionTimeout?: number;
}

type Flag = keyof JoinFlags;

const needs: readonly (readonly [flag: Flag, needed: Flag, why: string])[] = [
  ['signal', 'exec', 'there is no child to send a signal to'],
  ['restart', 'exec', 'there is no child to restart'],
  ['check', 'out', 'there are no files to check'],
  ['once', 'out', 'there is no directory to download to'],
];

const excludes: readonly (readonly [flag: Flag, other: Flag, why: string])[] = [
  ['signal', 'restart', 'a child that is restarted needs no signal'],
  ...(['exec', 'signal', 'restart', 'run', 'splay'] as const).map(
    (other) => ['once', other, 'who downloads once hears of no change'] as const,
  ),
  ...(['name', 'label'] as const).map(
    (other) => ['once', other, 'a single download does not join as a member'] as const,
  ),
];

/** Fails with `usage-invalid`, for the first thing that is wrong. */
export function checkJoinFlags(flags: JoinFlags): void {
  const isGiven = (flag: Flag): boolean => flags[flag] !== undefined;
  for (const [flag, other, why] of excludes) {
    if (isGiven(flag) && isGiven(other)) throw invalid(why, `--${flag} or --${other}`, 'both');
  }
  for (const [flag, needed, why] of needs) {
    if (isGiven(flag) && !isGiven(needed)) {
      throw invalid(why, `--${flag} with --${needed}`, `--${flag} alone`);
    }
  }
  for (const flag of ['out', 'exec', 'run', 'check'] as const) {
    if (flags[flag]?.trim() === '') throw invalid(`--${flag} says nothing`, 'some text', 'none');
  }
}

function invalid(why: string, expected: string, found: string): EnclosureError {
  return new EnclosureError('usage-invalid', why, { expected, found });
}
