/**
 * What the deployment records alone say of an environment's znodes: all that is left where git no longer has the applied
 * commit. Pure.
 */
import type { ContentId } from '../../model/content-id.ts';
import type { DeploymentRecord } from '../../model/deployment-record.ts';

export interface RecordedZnodes {
  /** Of each znode that a record names as written, the content that it was given last. */
  readonly held: ReadonlyMap<string, { readonly content: ContentId }>;
  /** Znodes that were deleted, and not made again since. */
  readonly deleted: ReadonlySet<string>;
}

/**
 * @param records newest first; what is older than a gap in them is not believed
 * @param applied the revision that is applied
 */
export function knownFromRecords(records: readonly DeploymentRecord[], applied: number): RecordedZnodes {
  const held = new Map<string, { readonly content: ContentId }>();
  const deleted = new Set<string>();
  let next = applied;
  for (const { revision, changes, changesCut } of records) {
    if (revision > applied) continue;
    if (revision !== next) break;
    for (const { path, after } of changes) {
      if (held.has(path) || deleted.has(path)) continue;
      if (after === null) deleted.add(path);
      else held.set(path, { content: after });
    }
    // What was left out of this one may be any znode that an older one names.
    if (changesCut > 0) break;
    next = revision - 1;
  }
  return { held, deleted };
}
