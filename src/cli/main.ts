#!/usr/bin/env node
/**
 * The entry of the command line. It loads nothing before it knows that something has to be done: `enclosure --version`
 * starts as fast as Node itself does.
 */
import { version } from './version.ts';

const [only, ...rest] = process.argv.slice(2);
if (rest.length === 0 && (only === '--version' || only === '-V')) {
  process.stdout.write(`${version}\n`);
} else {
  const { runProcess } = await import('./run-process.ts');
  await runProcess(process.argv.slice(2));
}
