/**
 * `npm test`: makes the machine ready, builds, and runs the tests; arguments go to vitest (`npm test -- test/unit`).
 * Ends with a line `N passed, N failed`, also when vitest itself died, and exits with 0 only when every test passed.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root, setup } from './setup.mjs';

setup({ awsTools: true });
// A terminal's Ctrl-C reaches vitest as well, which ends its tests in order; this one stays to count and clean up.
process.on('SIGINT', () => {});
const directory = mkdtempSync(join(tmpdir(), 'enclosure-test-'));
const summaryFile = join(directory, 'summary.json');
let code = await node('scripts/build.mjs');
if (code === 0) {
  code = await node(
    'node_modules/vitest/vitest.mjs',
    'run',
    '--reporter=default',
    '--reporter=./harness/summary-reporter.ts',
    ...process.argv.slice(2),
  );
}
const summary = readSummary();
rmSync(directory, { recursive: true, force: true });
const { passed, skipped } = summary;
// A run that broke without a failing test to show for it is a failure too.
const failed = code !== 0 && summary.failed === 0 ? 1 : summary.failed;
process.stdout.write(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}\n`);
process.exitCode = failed === 0 && code === 0 ? 0 : 1;

/** Runs a script of the project and returns its exit code, 1 where a signal ended it. */
async function node(...args) {
  const env = { ...process.env, ENCLOSURE_TEST_SUMMARY: summaryFile };
  const child = spawn(process.execPath, args, { cwd: root, stdio: 'inherit', env });
  const [exitCode] = await once(child, 'exit');
  return exitCode ?? 1;
}

function readSummary() {
  try {
    return JSON.parse(readFileSync(summaryFile, 'utf8'));
  } catch {
    return { passed: 0, failed: 0, skipped: 0 };
  }
}
