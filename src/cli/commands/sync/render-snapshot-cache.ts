import { isEnclosureError } from '../../../base/enclosure-error.ts';
import type { SnapshotCacheEvent } from '../../../model/snapshot-cache-event.ts';
import { renderWarnings } from '../../render/render-plan.ts';
import type { Style } from '../../../terminal/style.ts';

/** What went wrong with the snapshot cache, for standard error; nothing where nothing did. */
export function renderSnapshotCache(happened: SnapshotCacheEvent, style: Style): string[] {
  if (!('error' in happened)) return [];
  const { event, error } = happened;
  const what =
    event === 'fallback'
      ? 'the snapshot cache failed, so the repository is fetched without it'
      : 'a problem of the snapshot cache that does no harm';
  const why = isEnclosureError(error) ? `${error.code}: ${error.message}` : String(error);
  return renderWarnings([`${what} (${why})`], style);
}
