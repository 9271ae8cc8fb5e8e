/** What the history of an environment says, holds and resumptions included; newest first. */
import type { HoldEvent } from '../../../src/model/hold.ts';
import { readTimeline, type TimelineEntry } from '../../../src/state/read-timeline.ts';
import { openChannel } from '../../../src/zookeeper/channel/open-channel.ts';
import type { EnvironmentFixture } from '../../../harness/environment-fixture.ts';

async function timeline({ environment: owner }: EnvironmentFixture, limit = 50): Promise<TimelineEntry[]> {
  const { connect, sessionTimeoutMs } = owner.ensemble;
  const channel = await openChannel({ connect, sessionTimeoutMs, auth: [] });
  try {
    return await readTimeline(channel, owner, limit);
  } finally {
    await channel.close();
  }
}

/** As words: `deployment 2`, `hold 2`. */
export async function story(fixture: EnvironmentFixture, limit?: number): Promise<string[]> {
  return (await timeline(fixture, limit)).map((entry) =>
    entry.kind === 'deployment'
      ? `deployment ${entry.record.revision}`
      : `${entry.kind} ${entry.event.revision}`,
  );
}

export async function events(fixture: EnvironmentFixture): Promise<HoldEvent[]> {
  return (await timeline(fixture)).flatMap((entry) => (entry.kind === 'deployment' ? [] : [entry.event]));
}
