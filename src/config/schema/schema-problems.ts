/** The schema's verdicts as problems with a place. Pure. */
import type * as z from 'zod';
import { describeFound } from '../problems/describe-found.ts';
import type { ConfigurationDocument } from '../document/configuration-document.ts';
import type { KeyPath, Problem } from '../problems/problem.ts';
import { secretExpected } from './configuration-schema.ts';
import { escapeName } from '../../model/znode-path.ts';

export function schemaProblems(
  issues: readonly z.core.$ZodIssue[],
  document: ConfigurationDocument,
): Problem[] {
  return issues.flatMap((issue): Problem[] => {
    const path = issue.path.map((key) => (typeof key === 'number' ? key : String(key)));
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => ({
        path: [...path, key],
        ...document.locate([...path, key], 'key'),
        expected: issue.message,
        found: `the unknown key "${escapeName(key)}"`,
      }));
    }
    if (issue.code === 'invalid_key') {
      const name = escapeName(String(path.at(-1)));
      return [{ path, ...document.locate(path, 'key'), expected: issue.message, found: `"${name}"` }];
    }
    const value = valueAt(document.value, path);
    if (issue.message.startsWith(secretExpected))
      return [secretProblem(issue.message, path, value, document)];
    return [{ path, ...document.locate(path), expected: issue.message, found: describeFound(path, value) }];
  });
}

function secretProblem(
  expected: string,
  path: KeyPath,
  value: unknown,
  document: ConfigurationDocument,
): Problem {
  // In a list, the entry is pointed at that is written in clear.
  const index = Array.isArray(value) ? value.findIndex((entry) => typeof entry !== 'object') : -1;
  const at = index === -1 ? path : [...path, index];
  const culprit = index === -1 ? value : (value as unknown[])[index];
  const inClear = typeof culprit === 'string' || typeof culprit === 'number';
  return {
    path: at,
    ...document.locate(at),
    expected,
    found: inClear ? 'a secret in clear' : describeFound(at, culprit),
    ...(inClear && {
      next: 'Put it into an environment variable, a file, a parameter or a secret of AWS, name that here, and replace the secret: what was written down is no longer one',
    }),
  };
}

export function valueAt(value: unknown, path: KeyPath): unknown {
  let current = value;
  for (const key of path) {
    if (typeof current !== 'object' || current === null || !Object.hasOwn(current, key)) return undefined;
    current = (current as Record<string | number, unknown>)[key];
  }
  return current;
}
