import type { TreeEntry } from '../../model/ports/git-repository.ts';
import { nameProblem, placeEntry, warnOfLength, type MappingRules } from './mapping-rules.ts';
import { parentOf } from '../../model/znode-path.ts';
import { Findings } from './findings.ts';

/** What the changed entries of one commit become. Contents by blob id; sizes are added at the end. */
export interface PlacedSide {
  /** Files that are znodes: path -> blob. */
  readonly znodes: ReadonlyMap<string, string>;
  /** Directories whose data come from one of these entries: path -> blob. */
  readonly data: ReadonlyMap<string, string>;
  /** Directories that are znodes because of these entries. */
  readonly holding: ReadonlySet<string>;
  readonly warnings: readonly string[];
}

/** Undefined when something in it cannot be mapped: then the full path says what, and refuses it. */
export function placeSide(entries: Iterable<TreeEntry>, rules: MappingRules): PlacedSide | undefined {
  const znodes = new Map<string, string>();
  const data = new Map<string, string>();
  const holding = new Set<string>(['']);
  const findings = new Findings();
  for (const entry of entries) {
    const placement = placeEntry(entry, rules, findings);
    if (placement === 'nothing') continue;
    const directory = parentOf(entry.path) ?? '';
    hold(directory, holding, findings);
    if (placement === 'keep') continue;
    const target = placement === 'znode' ? znodes : data;
    const path = placement === 'znode' ? entry.path : directory;
    // Twice the same path: two files in a directory, or a tree that git would not have written.
    if (target.has(path)) return undefined;
    target.set(path, entry.oid);
  }
  const refused = findings.refused || [...znodes.keys()].some((path) => holding.has(path));
  return refused ? undefined : { znodes, data, holding, warnings: findings.warnings };
}

function hold(directory: string, holding: Set<string>, findings: Findings): void {
  let path: string | undefined = directory;
  while (path !== undefined && !holding.has(path)) {
    holding.add(path);
    // The wrong bytes of a name that is not UTF-8 stand in it with a backslash; such a path is left to the full listing.
    const problem = nameProblem({ type: 'directory', oid: '', path });
    if (problem !== undefined || path.includes('\\')) findings.refuse('invalid-name', problem ?? path);
    warnOfLength(path, findings);
    path = parentOf(path);
  }
}
