/** Compares the live tree with the commit that is said to be applied. Takes no lock and writes nothing. */
import { EnclosureError } from '../../base/enclosure-error.ts';
import type { Channel } from '../../model/ports/channel.ts';
import type { Environment } from '../../model/environment.ts';
import type { RunOptions } from '../../model/run-options.ts';
import type { State } from '../../model/state.ts';
import { readState } from '../../state/read-state.ts';
import { hasCommit } from '../../sync/open/audit-source.ts';
import type { OpenRun } from '../../sync/open/open-run.ts';
import type { Verification } from './verification.ts';
import { verifyCommit } from './verify-commit.ts';
import { verifyRecords } from './verify-records.ts';

/** How often it is read again because a deployment came in between: what was read then belongs to no revision. */
const maxAttempts = 5;

export async function verifyEnvironment(
  environment: Environment,
  open: OpenRun,
  options: RunOptions,
): Promise<Verification> {
  const channel = await open.channel(options.signal);
  try {
    for (let attempt = 1; ; attempt += 1) {
      const { state, version } = await readState(channel, environment);
      const verification = await verifyState(environment, state, channel, open, options);
      if ((await readState(channel, environment)).version === version) return verification;
      if (attempt === maxAttempts) throw overtaken(environment);
    }
  } finally {
    await channel.close();
  }
}

async function verifyState(
  environment: Environment,
  state: State | undefined,
  channel: Channel,
  open: OpenRun,
  { signal, onProgress }: RunOptions,
): Promise<Verification> {
  const started = Date.now();
  const { commit } = state ?? { commit: null };
  const facts = factsOf(environment, state, started);
  const done = <T extends object>(found: T) => ({ ...facts, ...found, durationMs: Date.now() - started });
  if (state === undefined || commit === null) return done(nothingApplied);
  const repository = await open.repository(signal);
  try {
    const source = { environment, channel, repository, signal, onProgress };
    if (await hasCommit(source, commit)) return done(await verifyCommit(source, state, commit));
    const error = commitGone(environment, commit);
    return done({ ...(await verifyRecords(source, state, commit)), error });
  } finally {
    await repository.close();
  }
}

function factsOf({ name }: Environment, state: State | undefined, started: number) {
  return {
    environment: name,
    revision: state?.revision ?? 0,
    commit: state?.commit ?? null,
    phase: state?.phase ?? null,
    znode: state?.znode ?? null,
    repository: state?.repository ?? null,
    branch: state?.branch ?? null,
    directory: state?.mapping.directory ?? null,
    time: new Date(started).toISOString(),
  };
}

const nothingApplied = {
  tree: null,
  basis: null,
  znodes: 0,
  unknown: 0,
  drift: [],
  unmanaged: [],
  differences: { changed: [], missing: [], unmanaged: [] },
  digest: null,
} as const;

function commitGone({ name, branch, repository }: Environment, commit: string): EnclosureError {
  return new EnclosureError(
    'commit-missing',
    'git no longer has the applied commit, so only what the deployment records name could be compared',
    {
      where: repository.url,
      expected: commit,
      found: `a branch "${branch}" without it`,
      next: `Bring the environment to the branch head with: enclosure sync ${name} --allow-rewind`,
    },
  );
}

function overtaken({ name }: Environment): EnclosureError {
  return new EnclosureError('conflict', 'one deployment after the other came while the tree was read', {
    where: name,
    expected: 'a tree that stays at one revision while it is read',
    next: 'Run it again when there is less going on.',
  });
}
