import type { Enclosure } from '../src/enclosure/enclosure.ts';
import type { DeploymentRecord } from '../src/model/deployment-record.ts';

/** An environment's deployment records, newest first. */
export async function recordsOf(
  enclosure: Pick<Enclosure, 'timeline'>,
  environment = 'production',
): Promise<DeploymentRecord[]> {
  const { entries } = await enclosure.timeline(environment, { limit: 500 });
  return entries.flatMap((entry) => (entry.kind === 'deployment' ? [entry.record] : []));
}
