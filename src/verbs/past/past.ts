/** What the state of an environment still says of its past. */
import { EnclosureError } from '../../base/enclosure-error.ts';
import type { DeploymentRecord } from '../../model/deployment-record.ts';
import type { State } from '../../model/state.ts';
import { listRevisions, readRecord, readState } from '../../state/read-state.ts';
import { readTimeline } from '../../state/read-timeline.ts';
import type { AuditSource } from '../../sync/open/audit-source.ts';

type Stored = Pick<AuditSource, 'channel' | 'environment'>;

export interface Past {
  readonly state: State & { readonly commit: string };
  /** Newest first. */
  readonly records: readonly DeploymentRecord[];
  /** What has to be known to judge the rest, as sentences. */
  readonly remarks: readonly string[];
}

/** Fails with `revision-missing` where nothing has been deployed yet. */
export async function readPast({ channel, environment }: Stored): Promise<Past> {
  const { state } = await readState(channel, environment);
  if (state === undefined || state.commit === null) throw nothingDeployed(environment.name);
  const remarks: string[] = [];
  if (state.phase === 'applying') {
    remarks.push(
      `a deployment has begun and has not ended; all of this is about revision ${state.revision}, the last that was applied`,
    );
  }
  const entries = await readTimeline(channel, environment, Infinity, (error) =>
    remarks.push(`left out: ${error.message}`),
  );
  const records = entries.flatMap((entry) => (entry.kind === 'deployment' ? [entry.record] : []));
  return { state: { ...state, commit: state.commit }, records, remarks };
}

/** Fails with `revision-missing`, and for a record that cannot be read as reading it does. */
export async function requireRecord(
  { channel, environment }: Stored,
  revision: number,
): Promise<DeploymentRecord> {
  const record = await readRecord(channel, environment, revision);
  if (record !== undefined) return record;
  throw revisionMissing(environment.name, revision, await listRevisions(channel, environment));
}

/** @param kept the revisions that have a record, newest first */
function revisionMissing(environment: string, revision: number, kept: readonly number[]): EnclosureError {
  const [newest, oldest] = [kept[0], kept.at(-1)];
  if (newest === undefined || oldest === undefined) return nothingDeployed(environment);
  const gone = revision < oldest;
  return new EnclosureError(
    'revision-missing',
    gone ? 'the record of this revision is gone' : 'there is no such revision',
    {
      expected: `a revision from ${oldest} to ${newest}`,
      found: String(revision),
      next: gone
        ? 'Only the newest records are kept; the older ones are known from git alone'
        : `Look at: enclosure history ${environment}`,
    },
  );
}

function nothingDeployed(environment: string): EnclosureError {
  return new EnclosureError('revision-missing', 'nothing has been deployed here yet', {
    where: environment,
    next: `Deploy with: enclosure sync ${environment}`,
  });
}
