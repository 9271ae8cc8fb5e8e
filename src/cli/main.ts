#!/usr/bin/env node
/**
 * The entry of the command line. It loads nothing of its own before it knows that something has to be done: `enclosure --version`
 * starts as fast as Node itself does.
 */
import { loadCommand } from './process/load-command.ts';
import { growHeapGently, keepHeapSmall } from './process/keep-heap-small.ts';
import { version } from './version.ts';

const [only, ...rest] = process.argv.slice(2);
// Before anything is loaded: what has grown is not given back.
if (process.argv.includes('join')) keepHeapSmall();
if (rest.length === 0 && (only === '--version' || only === '-V')) {
  process.stdout.write(`${version}\n`);
} else {
  const { runProcess } = loadCommand();
  growHeapGently();
  await runProcess(process.argv.slice(2));
}
