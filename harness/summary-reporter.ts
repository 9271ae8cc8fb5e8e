/**
 * Counts the tests for the line that `npm test` ends with, and writes the counts to the file that
 * ENCLOSURE_TEST_SUMMARY names. scripts/test.mjs prints them: the counts must come last, and must also come when
 * vitest itself dies, which only the process around it can see to.
 */
import { writeFileSync } from 'node:fs';
import type { Reporter, TestModule } from 'vitest/node';

export interface TestSummary {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

export default class SummaryReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly unknown[]): void {
    const file = process.env['ENCLOSURE_TEST_SUMMARY'];
    if (file !== undefined) writeFileSync(file, JSON.stringify(summarize(modules, unhandled.length)));
  }
}

/** What no test stands for counts as one failure: a file that cannot be loaded, a hook, an error outside of any test. */
function summarize(modules: readonly TestModule[], unhandled: number): TestSummary {
  let [passed, failed, skipped] = [0, unhandled, 0];
  for (const module of modules) {
    let failedHere = 0;
    for (const test of module.children.allTests()) {
      const { state } = test.result();
      if (state === 'passed') passed += 1;
      else if (state === 'skipped') skipped += 1;
      else failedHere += 1;
    }
    if (failedHere === 0 && module.state() === 'failed') failedHere = 1;
    failed += failedHere;
  }
  return { passed, failed, skipped };
}
