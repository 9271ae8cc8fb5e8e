import type { EnvironmentStatus } from '../../verbs/read-status.ts';
import { errorJson } from './error-json.ts';
import { heldJson } from './held-json.ts';
import { notesJson } from './notes-json.ts';

/** One entry of `status --json`. Before the first deployment the revision is 0 and what is not known is null. */
export function statusJson(entry: EnvironmentStatus) {
  const { environment, znode, repository, branch, state, holder, waiters, hold, last, members, error } =
    entry;
  const { notes } = entry;
  return {
    environment,
    znode,
    repository,
    branch,
    // An ensemble that is away says nothing about the revision: not 0, which means that nothing was deployed.
    revision: state?.revision ?? (error === undefined ? 0 : null),
    commit: state?.commit ?? null,
    phase: state?.phase ?? null,
    target:
      state?.target === undefined ? null : { revision: state.target.revision, commit: state.target.commit },
    znodes: state?.znodes ?? null,
    time: state?.time ?? null,
    holder: holder ?? null,
    waiters,
    held: hold === undefined ? null : heldJson(hold),
    last: last ?? null,
    members: members ?? null,
    ...(notes !== undefined && { notes: notesJson(notes) }),
    ...(error !== undefined && { error: errorJson(error) }),
  };
}
