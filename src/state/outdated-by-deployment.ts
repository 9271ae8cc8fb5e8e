/** Keeps the history bounded: which of its entries make room for a new one. Pure: names in, names out. */
import { eventPlace, recordName, recordRevision } from './state-paths.ts';

/** How many deployment records an environment keeps, and as many holds and resumptions. */
const historyLimit = 500;
/** Few at a time, so that a lowered limit cannot fill the last transaction. */
const mostDropped = 50;

/** The oldest records beyond the limit, and the events that came before the newest of them. */
export function outdatedByDeployment(names: readonly string[], limit = historyLimit): string[] {
  const revisions = names.map(recordRevision).filter((revision) => revision !== undefined);
  const dropped = revisions
    .toSorted((one, other) => other - one)
    .slice(limit - 1)
    .slice(-mostDropped);
  const newest = dropped[0];
  if (newest === undefined) return [];
  const before = eventsOldestFirst(names).filter(({ revision }) => revision <= newest);
  return [...dropped.map(recordName), ...before.slice(0, mostDropped).map(({ name }) => name)];
}

/** The oldest holds and resumptions beyond the limit. */
export function outdatedByEvent(names: readonly string[], limit = historyLimit): string[] {
  const events = eventsOldestFirst(names);
  const excess = Math.max(0, events.length - (limit - 1));
  return events.slice(0, Math.min(excess, mostDropped)).map(({ name }) => name);
}

function eventsOldestFirst(names: readonly string[]) {
  return names
    .flatMap((name) => {
      const place = eventPlace(name);
      return place === undefined ? [] : [{ name, ...place }];
    })
    .toSorted((one, other) => one.revision - other.revision || one.number - other.number);
}
