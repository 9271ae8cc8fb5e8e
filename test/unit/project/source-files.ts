/** What the project's own tests read: its source files and what each of them imports. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, posix, relative, resolve } from 'node:path';

export const projectRoot = resolve(import.meta.dirname, '../../..');

export interface SourceFile {
  /** From the project's root, with forward slashes: `src/sync/plan/comparison.ts`. */
  readonly path: string;
  readonly text: string;
}

export interface Import {
  readonly from: string;
  /** As it is written. */
  readonly specifier: string;
  /** The file it leads to, from the project's root; undefined for a package or a module of Node. */
  readonly target: string | undefined;
}

/** Every TypeScript file of ours below these folders; a folder that is not there has none. */
export function sourceFiles(...folders: readonly string[]): SourceFile[] {
  return folders.flatMap((folder) => {
    const directory = join(projectRoot, folder);
    if (statSync(directory, { throwIfNoEntry: false })?.isDirectory() !== true) return [];
    return readdirSync(directory, { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.[cm]?[jt]s$/u.test(name) && !/(?:^|[\\/])node_modules[\\/]/u.test(name))
      .toSorted()
      .map((name) => ({
        path: relative(projectRoot, join(directory, name)).replaceAll('\\', '/'),
        text: readFileSync(join(directory, name), 'utf8'),
      }));
  });
}

/** Imports, exports from elsewhere and dynamic imports, those of types included: a type is a dependency too. */
export function importsOf(file: SourceFile): Import[] {
  const code = withoutComments(file.text);
  const patterns = [
    /^[ \t]*(?:import|export)\b[^'"`;]*?\bfrom\s*(['"])(?<specifier>[^'"\n]+)\1/gmu,
    /^[ \t]*import\s*(['"])(?<specifier>[^'"\n]+)\1/gmu,
    /\bimport\s*\(\s*(['"])(?<specifier>[^'"\n]+)\1/gu,
  ];
  return patterns.flatMap((pattern) =>
    [...code.matchAll(pattern)].map((match) => {
      const specifier = match.groups?.['specifier'] ?? '';
      const local = specifier.startsWith('.');
      const target = local ? posix.normalize(posix.join(dirname(file.path), specifier)) : undefined;
      return { from: file.path, specifier, target };
    }),
  );
}

/** Replaces comments by spaces, line by line, and leaves strings and templates as they are. */
export function withoutComments(text: string): string {
  const token =
    /\/\*[\s\S]*?\*\/|\/\/[^\n]*|'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\[\s\S])*`|\/(?![*/\s])(?:[^/\\\n[]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/[a-z]*/gu;
  return text.replaceAll(token, (found) =>
    found.startsWith('/*') || found.startsWith('//') ? found.replaceAll(/[^\n]/gu, ' ') : found,
  );
}
