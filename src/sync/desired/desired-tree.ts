/**
 * The znodes that an environment should have at a commit. Reads the listing and, of the blobs, only those whose size is
 * that of an LFS pointer; contents are named by their ids. What cannot be mapped is a problem in the result, never an
 * exception: the guards refuse such a plan and show all of it.
 */
import type { DesiredTree } from '../../model/desired-tree.ts';
import type { Cancellable, GitRepository } from '../../model/ports/git-repository.ts';
import { emptyContent } from '../../model/content-id.ts';
import type { Refusal } from '../../model/plan.ts';
import type { Mapping } from '../../model/state.ts';
import { findPointers } from './find-pointers.ts';
import { readIgnoreFile } from './ignore-file.ts';
import type { MappingRules } from './mapping-rules.ts';
import { TreeBuilder } from './tree-builder.ts';

export interface DesiredSnapshot {
  /** Whether the environment's directory exists at the commit. */
  readonly found: 'directory' | 'missing';
  /** With the root znode '' when the directory is there, even when it holds nothing; empty when it is missing. */
  readonly tree: DesiredTree;
  readonly problems: readonly Refusal[];
  readonly warnings: readonly string[];
}

export interface DesiredTreeOptions extends Cancellable {
  readonly commit: string;
  readonly mapping: Mapping;
}

/** Fails with `commit-missing`, and with what the repository fails with. */
export async function desiredTree(
  repository: GitRepository,
  { commit, mapping, signal }: DesiredTreeOptions,
): Promise<DesiredSnapshot> {
  return await repository.repairing(
    async () => {
      const tree = await repository.treeAt(commit, mapping.directory, { signal });
      if (tree === undefined) return { found: 'missing', tree: new Map(), problems: [], warnings: [] };
      const ignores = await readIgnoreFile(repository, tree, { signal });
      const { layout, unsupported } = mapping;
      const build = async (pointers: ReadonlySet<string>): Promise<TreeBuilder> =>
        await listInto(repository, tree, { layout, unsupported, ignores, pointers }, { signal });
      let built = await build(new Set());
      // A pointer may be all that a directory holds, so leaving it out changes more than one znode: listed once more.
      const pointers = await findPointers(repository, built.candidates, { signal });
      if (pointers.size > 0) built = await build(pointers);
      return { found: 'directory', tree: built.tree, problems: built.problems, warnings: built.warnings };
    },
    { signal },
  );
}

async function listInto(
  repository: GitRepository,
  tree: string,
  rules: MappingRules,
  options: Cancellable,
): Promise<TreeBuilder> {
  const builder = new TreeBuilder(rules, emptyContent[repository.objectFormat]);
  for await (const entries of repository.listTree(tree, options)) {
    for (const entry of entries) builder.add(entry);
  }
  return builder;
}
