/** What `cache ls --json` and `cache show --json` print. What is not known is null; times are in ISO 8601. Pure. */
import type { KeyInLevel2 } from '../../cache/operator/inspect-level2.ts';
import type { KeyReport } from '../../cache/operator/key-report.ts';
import type { NamespaceReport } from '../../cache/operator/namespace-report.ts';
import { level2Place } from '../../cache/operator/reach-level2.ts';
import { errorJson } from './error-json.ts';
import type { NamespaceSummary } from './namespace-summary.ts';

export interface ShownKey {
  readonly namespace: NamespaceReport;
  readonly report: KeyReport;
  /** Sessions. */
  readonly readers: readonly string[];
  readonly level2: KeyInLevel2;
  /** Ensemble's time. */
  readonly now: number;
}

export function namespaceJson(summary: NamespaceSummary) {
  const { namespace, generation, level2, states, keys, bytes, problem } = summary;
  return {
    namespace,
    generation: generation ?? null,
    level2: level2 === undefined ? null : { place: level2Place(level2), ...level2 },
    keys,
    states,
    bytes,
    error: problem === undefined ? null : errorJson(problem),
  };
}

export function keyJson({ digest, state, facts, progress, modified, problem }: KeyReport) {
  const { key = null, epoch = null, filling, failure, result } = facts ?? {};
  return {
    digest,
    key,
    state,
    epoch,
    modified: iso(modified),
    filling: filling ? { ...filling, since: iso(filling.since), progress: progressJson(progress) } : null,
    failure: failure ? { ...failure, retryAfter: iso(failure.retryAfter) } : null,
    result: result ? { ...result, expires: result.expires === null ? null : iso(result.expires) } : null,
    error: problem === undefined ? null : errorJson(problem),
  };
}

export function shownKeyJson({ namespace, report, readers, level2 }: ShownKey) {
  return {
    namespace: namespace.namespace,
    generation: namespace.generation ?? null,
    ...keyJson(report),
    readers,
    level2: {
      place: namespace.level2 === undefined ? null : level2Place(namespace.level2),
      ...level2Json(level2),
    },
  };
}

function level2Json({ folder, manifest, parts, missing, objects, error }: KeyInLevel2) {
  return {
    folder: folder ?? null,
    manifest: manifest ?? null,
    parts: parts ?? null,
    missing: missing ?? null,
    objects: objects ?? null,
    error: error === undefined ? null : errorJson(error),
  };
}

function progressJson(progress: KeyReport['progress']) {
  if (progress === undefined) return null;
  const { parts, items, bytes, complete } = progress;
  return { parts, items, bytes, complete };
}

/** A time that no calendar has is null: the znode may be anybody's. */
function iso(time: number): string | null {
  const date = new Date(time);
  return Number.isNaN(date.getTime()) ? null : date.toISOString();
}
