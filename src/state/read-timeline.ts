/**
 * The whole history of an environment: its deployments, and when it was held and let go. Holds and resumptions lie beside
 * the deployment records, named after the revision that was applied then. Never writes.
 */
import { type EnclosureError, isEnclosureError } from '../base/enclosure-error.ts';
import type { Channel } from '../model/ports/channel.ts';
import type { DeploymentRecord } from '../model/deployment-record.ts';
import type { HoldEvent } from '../model/hold.ts';
import { joinPath } from '../model/znode-path.ts';
import { parseHoldEvent } from './parse-hold.ts';
import { parseRecord } from './parse-state.ts';
import type { StateOwner } from './read-state.ts';
import { eventPlace, recordRevision, statePaths } from './state-paths.ts';

export type TimelineEntry =
  | { readonly kind: 'deployment'; readonly record: DeploymentRecord }
  | { readonly kind: HoldEvent['kind']; readonly event: HoldEvent };

/**
 * Newest first, at most `limit`. What the history's own limit takes while it is read is left out.
 *
 * @param onNewer told of each entry that a newer Enclosure wrote, which is left out then; without it that is an error
 */
export async function readTimeline(
  channel: Channel,
  environment: StateOwner,
  limit: number,
  onNewer?: (error: EnclosureError) => void,
): Promise<TimelineEntry[]> {
  const { history } = statePaths(environment);
  const names = newestFirst((await channel.getChildren(history)) ?? []).slice(0, limit);
  const read = async (name: string): Promise<TimelineEntry | undefined> => {
    try {
      return await readEntry(channel, joinPath(history, name), name);
    } catch (error) {
      if (onNewer === undefined || !isEnclosureError(error, 'state-newer')) throw error;
      onNewer(error);
      return undefined;
    }
  };
  const entries = await Promise.all(names.map(read));
  return entries.filter((entry) => entry !== undefined);
}

/** The names of the history's entries: an event comes after the deployment whose revision it names. Foreign names are left out. */
export function newestFirst(names: readonly string[]): string[] {
  const placed = names.flatMap((name) => {
    const revision = recordRevision(name);
    const place = revision === undefined ? eventPlace(name) : { revision, number: 0 };
    return place === undefined ? [] : [{ name, ...place }];
  });
  return placed
    .toSorted((one, other) => other.revision - one.revision || other.number - one.number)
    .map(({ name }) => name);
}

async function readEntry(channel: Channel, path: string, name: string): Promise<TimelineEntry | undefined> {
  const found = await channel.getData(path);
  if (found === undefined) return undefined;
  if (recordRevision(name) !== undefined)
    return { kind: 'deployment', record: parseRecord(found.data, path) };
  const event = parseHoldEvent(found.data, path);
  return { kind: event.kind, event };
}
