/** A tree as the application reads it. What is handed out is a copy: nobody can change what others hold. */
import { parse } from 'yaml';
import { EnclosureError } from '../base/enclosure-error.ts';
import { escapeName, joinPath, parentsOf } from '../model/znode-path.ts';
import type { Config, ConfigChange } from './membership.ts';
import { compareRevisionTrees, type RevisionTree } from './reading/revision-tree.ts';

export function configOf(tree: RevisionTree, stale: boolean): Config {
  const { environment, revision, commit, digest, znodes } = tree;
  const text = (path: string): string | undefined => znodes.get(path)?.data.toString('utf8');
  const parsed = (path: string, format: string, read: (source: string) => unknown): unknown => {
    const source = text(path);
    if (source === undefined) return undefined;
    try {
      return read(source);
    } catch (error) {
      throw invalid(tree, path, format, error);
    }
  };
  const config: Config = {
    environment,
    revision,
    commit,
    digest,
    stale,
    get(path) {
      const znode = znodes.get(path);
      return znode === undefined ? undefined : Buffer.from(znode.data);
    },
    text,
    json: (path) => parsed(path, 'JSON', (source) => JSON.parse(source)),
    // An alias may make a small file huge; yaml's own limit on them stays on.
    yaml: (path) => parsed(path, 'YAML', (source) => parse(source)),
    files() {
      const parents = parentsOf(znodes.keys());
      return [...znodes]
        .filter(([path, { data }]) => data.length > 0 || (path !== '' && !parents.has(path)))
        .map(([path]) => path);
    },
  };
  trees.set(config, tree);
  return Object.freeze(config);
}

/** The tree behind a config. */
export function revisionTreeOf(config: Config): RevisionTree {
  const tree = trees.get(config);
  if (tree === undefined) throw new TypeError('not a config that was joined or downloaded');
  return tree;
}

const trees = new WeakMap<Config, RevisionTree>();

export function changeBetween(before: Config, after: Config): ConfigChange {
  return Object.freeze({
    before,
    after,
    ...compareRevisionTrees(revisionTreeOf(before), revisionTreeOf(after)),
  });
}

/** The parser's message may repeat the line that it stumbled over, which may hold a secret: only where it is gets told. */
function invalid(tree: RevisionTree, path: string, format: string, error: unknown): EnclosureError {
  const position = (error as { readonly linePos?: readonly { readonly line: number }[] }).linePos?.[0]?.line;
  const revision = tree.revision === null ? '' : `, revision ${tree.revision}`;
  return new EnclosureError('configuration-invalid', `a file is not valid ${format}`, {
    where: `${escapeName(joinPath(tree.znode, path))}${revision}`,
    expected: format,
    ...(position !== undefined && { found: `something else at line ${position}` }),
    next: 'Correct the file in git, or read it with text().',
  });
}
