/**
 * The operations that write a hold or lift it, with what the history then says of that. Reads what it takes to make them;
 * sending them, in a fenced transaction, is the caller's. The hold's version goes with them: a hold that somebody else
 * wrote in between makes the transaction fail.
 */
import type { Environment } from '../model/environment.ts';
import type { Hold, HoldEvent } from '../model/hold.ts';
import { joinPath } from '../model/znode-path.ts';
import { inheritedAcl } from '../zookeeper/tree/inherited-acl.ts';
import type { Channel, Operation } from '../model/ports/channel.ts';
import { outdatedByEvent } from './outdated-by-deployment.ts';
import { eventName, eventPlace, statePaths } from './state-paths.ts';
import type { StoredHold } from './read-hold.ts';
import { formatJson } from './parse-state.ts';

export interface HoldOperations {
  /** Without a hold it is lifted. */
  readonly write: (event: HoldEvent, hold?: Hold) => readonly Operation[];
  /** Makes room for the event; not in a transaction that records a deployment, which makes room itself. */
  readonly room: readonly Operation[];
}

export async function prepareHoldOperations(
  channel: Channel,
  environment: Pick<Environment, 'name' | 'stateRoot'>,
  stored: StoredHold,
): Promise<HoldOperations> {
  const paths = statePaths(environment);
  const [listed, holdAcl, eventAcl] = await Promise.all([
    channel.getChildren(paths.history),
    inheritedAcl(channel, paths.hold),
    inheritedAcl(channel, joinPath(paths.history, eventName(0, 1))),
  ]);
  const names = listed ?? [];
  const writeHold = (hold: Hold | undefined): Operation[] => {
    const { version } = stored;
    const path = paths.hold;
    if (hold === undefined) return version === -1 ? [] : [{ op: 'delete', path, version }];
    const data = formatJson(hold);
    return [
      version === -1 ? { op: 'create', path, data, acl: holdAcl } : { op: 'setData', path, data, version },
    ];
  };
  const room = outdatedByEvent(names).map((name): Operation => ({
    op: 'delete',
    path: joinPath(paths.history, name),
    version: -1,
  }));
  const write = (event: HoldEvent, hold?: Hold): readonly Operation[] => [
    ...writeHold(hold),
    {
      op: 'create',
      path: joinPath(paths.history, nextEventName(names, event.revision)),
      data: formatJson(event),
      acl: eventAcl,
    },
  ];
  return { write, room };
}

function nextEventName(names: readonly string[], revision: number): string {
  const numbers = names.map(eventPlace).map((place) => (place?.revision === revision ? place.number : 0));
  return eventName(revision, numbers.reduce((most, number) => Math.max(most, number), 0) + 1);
}
