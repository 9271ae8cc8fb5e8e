import { createHash } from 'node:crypto';
import type { Environment } from '../model/environment.ts';
import type { Mapping } from '../model/state.ts';

/** How this environment's files become znodes. */
export function mappingOf(environment: Environment): Mapping {
  return {
    directory: environment.directory,
    layout: environment.layout,
    unsupported: environment.unsupported,
  };
}

/**
 * Changes whenever the same commit would give other znodes: then what git calls the difference between two commits is
 * not the difference between the trees, and only the full path is right.
 */
export function mappingDigest(mapping: Mapping, znode: string): string {
  const text = JSON.stringify([1, mapping.directory, mapping.layout, mapping.unsupported, znode]);
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}
