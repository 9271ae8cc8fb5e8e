import { constants } from 'node:os';
import type { CommandEnd } from './command-process.ts';

/** As a shell has it: the command's own, or 128 and the number of the signal that ended it. */
export function exitCodeOfEnd({ code, signal }: CommandEnd): number {
  return code ?? 128 + (signal === null ? 0 : constants.signals[signal]);
}
