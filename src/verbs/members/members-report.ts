import type { Channel } from '../../model/ports/channel.ts';
import type { Member } from '../../model/member.ts';
import type { State } from '../../model/state.ts';
import { readState, type StateOwner } from '../../state/read-state.ts';
import { readMembers } from '../../state/read-members.ts';

/** Who has joined an environment, and what is applied there. */
export interface MembersReport {
  readonly environment: string;
  /** Absent before the first deployment, and of a tree that Enclosure does not manage. */
  readonly state?: State;
  /** Sorted by name. */
  readonly members: readonly Member[];
}

/** The state is read first: read after the members, a revision that came in between would let all of them seem to lag. */
export async function readMembersReport(channel: Channel, environment: StateOwner): Promise<MembersReport> {
  const { state } = await readState(channel, environment);
  const members = await readMembers(channel, environment);
  return { environment: environment.name, members, ...(state !== undefined && { state }) };
}
