import { setFlagsFromString } from 'node:v8';

/**
 * For every command: has V8's old generation grow by half instead of up to four times before it is collected. The peak of a
 * large load is 20 MiB lower, and it takes no longer. Not before the command is loaded: V8 refuses a code cache that was made
 * with other flags.
 */
export function growHeapGently(): void {
  setFlagsFromString('--heap-growing-percent=50');
}

/**
 * For a process that lives for months beside an application and does little: has V8 collect early rather than grow. Left
 * alone, an agent on a thousand files takes 95 MiB, and gives none of it back. Costs a few milliseconds for each revision;
 * a V8 that does not know a flag ignores it.
 */
export function keepHeapSmall(): void {
  setFlagsFromString('--optimize-for-size');
  // The young generation stays at its first size instead of growing to 32 MiB.
  setFlagsFromString('--semi-space-growth-factor=1');
}
