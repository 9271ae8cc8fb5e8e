import type { Cancellable, GitRepository } from '../../model/ports/git-repository.ts';
import ignore from 'ignore';
import { EnclosureError } from '../../base/enclosure-error.ts';
import type { MappingRules } from './mapping-rules.ts';

export const ignoreFile = '.enclosureignore';

/** Reads `.enclosureignore` of an environment's directory, at that commit and nowhere else. */
export async function readIgnoreFile(
  repository: GitRepository,
  tree: string,
  options: Cancellable,
): Promise<MappingRules['ignores']> {
  const file = await repository.readFileAt(tree, ignoreFile, options);
  if (file === undefined) return () => false;
  if (file.data !== undefined) return ignoring(file.data.toString());
  throw new EnclosureError('configuration-invalid', `${ignoreFile} is too large`, {
    expected: 'at most 1 MiB',
    where: repository.url,
  });
}

/** gitignore syntax; as in git, a file below an ignored directory cannot be brought back. */
export function ignoring(text: string): MappingRules['ignores'] {
  // Case stays distinct, as everywhere in git on Linux. Odd paths (`..`) are refused elsewhere, with a better message.
  const rules = ignore({ ignorecase: false, allowRelativePaths: true }).add(text);
  return (path, isDirectory) => rules.ignores(isDirectory ? `${path}/` : path);
}
