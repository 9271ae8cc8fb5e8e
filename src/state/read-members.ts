/**
 * The members of an environment, as they are at this moment. What their receipts mean is left to summarize.ts and
 * judge-members.ts. Fails as the channel does; what cannot be read of one member is not a failure but a member without a
 * receipt.
 */
import type { Member } from '../model/member.ts';
import { statePaths } from './state-paths.ts';
import type { StateOwner } from './read-state.ts';
import { parseReceipt } from './parse-receipt.ts';
import type { Channel } from '../model/ports/channel.ts';
import { readZnodes } from '../zookeeper/tree/read-tree.ts';

/** Sorted by name. A member that leaves while they are read is left out; where nobody ever joined there are none. */
export async function readMembers(channel: Channel, environment: StateOwner): Promise<Member[]> {
  const directory = statePaths(environment).members;
  await channel.sync(directory);
  const names = (await channel.getChildren(directory)) ?? [];
  const members: Member[] = [];
  await readZnodes(channel, directory, names, {
    visit(name, data, stat) {
      const receipt = parseReceipt(data);
      members.push({
        name,
        ephemeral: stat.ephemeralOwner !== 0n,
        ...(receipt !== undefined && { receipt }),
      });
    },
  });
  return members.toSorted((one, other) => (one.name < other.name ? -1 : 1));
}
