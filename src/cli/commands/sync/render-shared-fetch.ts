import { isEnclosureError } from '../../../base/enclosure-error.ts';
import type { SharedFetchEvent } from '../../../model/shared-fetch-event.ts';
import { renderWarnings } from '../../render/render-plan.ts';
import type { Style } from '../../../terminal/style.ts';

/** What went wrong with shared fetches, for standard error; nothing where nothing did. */
export function renderSharedFetch(happened: SharedFetchEvent, style: Style): string[] {
  if (!('error' in happened)) return [];
  const { event, error } = happened;
  const what =
    event === 'fallback'
      ? 'the shared fetch failed, so this run fetches from the git host itself'
      : 'a problem with shared fetches that does no harm';
  const why = isEnclosureError(error) ? `${error.code}: ${error.message}` : String(error);
  return renderWarnings([`${what} (${why})`], style);
}
