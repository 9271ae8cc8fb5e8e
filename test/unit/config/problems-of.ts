import { expect } from 'vitest';
import { checkConfiguration } from '../../../src/config/checks/check-configuration.ts';
import { ConfigurationError } from '../../../src/config/problems/problem.ts';

/** What is wrong with a configuration: a line for each problem, with its place. */
export function problemsOf(text: string): string[] {
  try {
    checkConfiguration(text, 'e.yaml');
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    expect(error.code).toBe('configuration-invalid');
    return error.problems.map(({ line, column, path, expected, found }) =>
      [`${line}:${column}`, path.join('.'), `expected ${expected}`, `found ${found}`].join(' | '),
    );
  }
  return [];
}
