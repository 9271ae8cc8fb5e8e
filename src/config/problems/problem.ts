/**
 * One thing that is wrong with a configuration, and the error that carries all of them: an operator who corrects a
 * file wants the whole list, not the first entry of it.
 */
import { EnclosureError } from '../../base/enclosure-error.ts';

/** A problem that does not know its line yet. */
export interface Finding {
  readonly path: KeyPath;
  readonly expected: string;
  readonly found: string;
  readonly next?: string;
  /** Point at the key instead of the value. */
  readonly atKey?: boolean;
}

/** Where in the document: the keys and list indexes that lead there. */
export type KeyPath = readonly (string | number)[];

export interface Problem {
  readonly path: KeyPath;
  /** Both count from 1. */
  readonly line: number;
  readonly column: number;
  readonly expected: string;
  /** Never a secret; see `describeFound`. */
  readonly found: string;
  readonly next?: string;
}

/** The error `configuration-invalid` with every problem of the file, in the order of their lines. */
export class ConfigurationError extends EnclosureError {
  readonly problems: readonly Problem[];

  constructor(file: string, problems: readonly Problem[]) {
    const sorted = problems.toSorted((one, other) => one.line - other.line || one.column - other.column);
    const [first, second] = sorted;
    if (first !== undefined && second === undefined) {
      super('configuration-invalid', `${subject(first)} is not valid`, {
        where: place(file, first),
        expected: first.expected,
        found: first.found,
        ...(first.next === undefined ? {} : { next: first.next }),
      });
    } else {
      const lines = sorted.map((problem) => `\n  ${problemLine(file, problem)}`);
      super('configuration-invalid', `${file} has ${sorted.length} problems:${lines.join('')}`);
    }
    this.problems = sorted;
  }
}

/** `enclosure.yaml:4:5: environments.production.znode: expected ...; found .... What to do.` */
function problemLine(file: string, problem: Problem): string {
  const next = problem.next === undefined ? '' : `. ${problem.next}`;
  return `${place(file, problem)}: ${subject(problem)}: expected ${problem.expected}; found ${problem.found}${next}`;
}

function subject(problem: Problem): string {
  return problem.path.length === 0 ? 'the document' : formatKeyPath(problem.path);
}

function place(file: string, problem: Problem): string {
  return `${file}:${problem.line}:${problem.column}`;
}

/** `ensembles.main.auth[0].scheme` */
function formatKeyPath(path: KeyPath): string {
  let text = '';
  for (const key of path) {
    if (typeof key === 'number') text += `[${key}]`;
    else text += text === '' ? key : `.${key}`;
  }
  return text;
}
