/**
 * The guards: nothing is deleted on doubt (design, section 8). Pure. Each gives at most one refusal, with the numbers,
 * the znodes concerned and the command that overrides it where there is one.
 */
import type { DeleteLimit, Environment } from '../model/environment.ts';
import type { Refusal } from '../model/plan.ts';
import { escapeName, joinPath } from '../model/znode-path.ts';
import type { Comparison } from './compare.ts';

export interface Overrides {
  readonly allowDeletes: boolean;
  readonly allowRewind: boolean;
  readonly adopt: boolean;
}

export interface GuardInput {
  readonly environment: Pick<Environment, 'name' | 'znode' | 'branch' | 'directory' | 'maxDelete' | 'prune'>;
  readonly commit: string;
  readonly previousCommit: string | undefined;
  readonly comparison: Comparison;
  readonly overrides: Overrides;
  /** Whether the environment's directory exists at the commit. */
  readonly directory: 'directory' | 'missing';
  /** Whether the commit descends from the applied one; `unknown` when git no longer has the applied one. */
  readonly descent: 'descends' | 'rewinds' | 'unknown';
  /** Other environments that claim a part of the same tree. */
  readonly overlapping: readonly string[];
}

export function guard(input: GuardInput): Refusal[] {
  const verdicts = [
    emptiness,
    deletions,
    rewind,
    sharedRoot,
    ephemeralInTheWay,
    foreignChildInTheWay,
    ownership,
  ];
  return verdicts.map((verdict) => verdict(input)).filter((refusal) => refusal !== undefined);
}

function emptiness({
  environment,
  commit,
  directory,
  comparison,
  overrides,
}: GuardInput): Refusal | undefined {
  if (overrides.allowDeletes || (directory === 'directory' && comparison.znodes > 1)) return undefined;
  const where = environment.directory === '' ? 'the repository' : `the directory "${environment.directory}"`;
  const doubt = `expected at least one file to sync; ${comparison.owned} znodes are owned and none would remain`;
  const next = `If that is meant: ${command(environment.name, '--allow-deletes')}`;
  return directory === 'missing'
    ? {
        code: 'directory-missing',
        message: `${where} does not exist at commit ${commit} of branch "${environment.branch}"; ${doubt}. ${next}`,
      }
    : { code: 'directory-empty', message: `${where} is empty at commit ${commit}; ${doubt}. ${next}` };
}

function deletions({ environment, comparison, overrides }: GuardInput): Refusal | undefined {
  const deletes = comparison.steps.filter((step) => step.action === 'delete');
  const limit = deleteLimit(environment.maxDelete, comparison.owned);
  if (overrides.allowDeletes || deletes.length <= limit) return undefined;
  const znodes = naming(
    environment.znode,
    deletes.map((step) => step.path),
  );
  return {
    code: 'too-many-deletes',
    message:
      `${deletes.length} of the ${comparison.owned} owned znodes would be deleted; the limit is ` +
      `${limit} (maxDelete: ${describeLimit(environment.maxDelete)}): ${znodes}. ` +
      `If that is meant: ${command(environment.name, '--allow-deletes')}`,
  };
}

function rewind({
  environment,
  commit,
  previousCommit,
  descent,
  overrides,
}: GuardInput): Refusal | undefined {
  if (descent === 'descends' || overrides.allowRewind) return undefined;
  const found =
    descent === 'rewinds'
      ? `${commit} does not descend from it`
      : `the repository no longer has it, so ${commit} cannot be shown to descend from it`;
  return {
    code: 'rewind',
    message:
      `commit ${previousCommit ?? 'unknown'} is applied and ${found} (a forced push, or an older commit). ` +
      `If going there is meant: ${command(environment.name, '--allow-rewind')}`,
  };
}

function sharedRoot({ environment, overlapping }: GuardInput): Refusal | undefined {
  if (overlapping.length === 0) return undefined;
  return {
    code: 'shared-root',
    message:
      `the root znode ${environment.znode} overlaps that of ${overlapping.join(', ')}. ` +
      "Give each environment a tree of its own; to hand a tree over, delete the other environment's state znode first.",
  };
}

function ephemeralInTheWay({ environment, comparison }: GuardInput): Refusal | undefined {
  if (comparison.ephemeral.length === 0) return undefined;
  return {
    code: 'ephemeral',
    message:
      `an ephemeral znode of another session is in the way: ${naming(environment.znode, comparison.ephemeral)}. ` +
      'Ephemeral znodes are never set or deleted, and can have no children. Rename the file, or end the session that owns it.',
  };
}

function foreignChildInTheWay({ environment, comparison }: GuardInput): Refusal | undefined {
  if (comparison.foreignChildren.length === 0) return undefined;
  return {
    code: 'foreign-child',
    message:
      'a znode that is to be deleted has children that are not ours: ' +
      `${naming(environment.znode, comparison.foreignChildren)}. Remove them, or keep the directory in git.`,
  };
}

function ownership({ environment, comparison, overrides }: GuardInput): Refusal | undefined {
  if (comparison.notOwned.length === 0 || overrides.adopt) return undefined;
  return {
    code: 'not-owned',
    message:
      `${comparison.notOwned.length} znodes hold other data than git and were never written by this environment: ` +
      `${naming(environment.znode, comparison.notOwned)}. Compare them with enclosure plan ${environment.name}; ` +
      `to overwrite them: ${command(environment.name, '--adopt')}`,
  };
}

/** How many deletes are allowed. A share is rounded up, or a tree of four znodes could not lose one. */
export function deleteLimit(limit: DeleteLimit, owned: number): number {
  return limit.kind === 'count' ? limit.count : Math.max(0, Math.ceil(limit.share * owned - 1e-9));
}

function describeLimit(limit: DeleteLimit): string {
  return limit.kind === 'count' ? String(limit.count) : `${Number((limit.share * 100).toFixed(2))}%`;
}

function command(environment: string, flag: string): string {
  return `enclosure sync ${environment} ${flag}`;
}

const named = 20;

/** The first twenty znodes by name, and how many more there are. */
export function naming(root: string, paths: readonly string[]): string {
  const shown = paths.slice(0, named).map((path) => escapeName(joinPath(root, path)));
  const rest = paths.length - shown.length;
  return rest === 0 ? shown.join(', ') : `${shown.join(', ')} and ${rest} more`;
}
