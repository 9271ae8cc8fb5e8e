/**
 * The guards: nothing is deleted on doubt. Pure. Each gives at most one refusal, with the numbers,
 * the znodes concerned and the command that overrides it where there is one.
 */
import type { DeleteLimit, Environment } from '../../model/environment.ts';
import type { Descent, Refusal } from '../../model/plan.ts';
import type { PermissionSwitch } from '../../model/sync/permission-switches.ts';
import { escapeName, joinPath } from '../../model/znode-path.ts';
import type { Comparison } from './comparison.ts';
import { overrideCommand, type Asked } from './override-command.ts';

/** What may be done in spite of a guard. */
export type Overrides = Readonly<Record<PermissionSwitch, boolean>>;

export interface GuardInput {
  readonly environment: Pick<Environment, 'name' | 'znode' | 'branch' | 'directory' | 'maxDelete' | 'prune'>;
  readonly commit: string;
  readonly previousCommit: string | undefined;
  readonly comparison: Comparison;
  readonly overrides: Overrides;
  readonly asked: Asked;
  /** Whether the environment's directory exists at the commit. */
  readonly directory: 'directory' | 'missing';
  /** Whether the commit descends from the applied one; `unknown` when git no longer has the applied one. */
  readonly descent: Descent;
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

function emptiness(input: GuardInput): Refusal | undefined {
  const { environment, commit, directory, comparison, overrides } = input;
  if (overrides.allowDeletes || (directory === 'directory' && comparison.znodes > 1)) return undefined;
  const where = environment.directory === '' ? 'the repository' : `the directory "${environment.directory}"`;
  const doubt = `expected at least one file to sync; ${leaving(input)}. ${override(input, 'allowDeletes')}`;
  return directory === 'missing'
    ? {
        code: 'directory-missing',
        message: `${where} does not exist at commit ${commit} of branch "${environment.branch}"; ${doubt}`,
      }
    : { code: 'directory-empty', message: `${where} is empty at commit ${commit}; ${doubt}` };
}

function deletions(input: GuardInput): Refusal | undefined {
  const { environment, comparison, overrides } = input;
  const limit = deleteLimit(environment.maxDelete, comparison.owned);
  if (overrides.allowDeletes || deletedPaths(comparison).length <= limit) return undefined;
  return {
    code: 'too-many-deletes',
    message:
      `${leaving(input)}; the limit is ${limit} (maxDelete: ${describeLimit(environment.maxDelete)}). ` +
      override(input, 'allowDeletes'),
  };
}

/** What would be deleted, of how much. */
function leaving({ environment, comparison }: GuardInput): string {
  const paths = deletedPaths(comparison);
  const owned = `of the ${comparison.owned} owned znodes`;
  if (paths.length > 0)
    return `${paths.length} ${owned} would be deleted: ${naming(environment.znode, paths)}`;
  return `none ${owned} would be deleted, and nothing would be deployed to ${environment.znode}`;
}

function deletedPaths({ steps }: Comparison): string[] {
  return steps.filter(({ action }) => action === 'delete').map(({ path }) => path);
}

function rewind(input: GuardInput): Refusal | undefined {
  const { environment, commit, previousCommit, comparison, descent, overrides } = input;
  if (descent === 'descends' || overrides.allowRewind) return undefined;
  const found =
    descent === 'rewinds'
      ? `${commit} does not descend from it`
      : `the repository no longer has it, so ${commit} cannot be shown to descend from it`;
  const paths = comparison.steps.map(({ path }) => path);
  const change =
    paths.length === 0
      ? `no znode of ${environment.znode} would change`
      : `${counted(paths.length, 'znode')} would change: ${naming(environment.znode, paths)}`;
  return {
    code: 'rewind',
    message:
      `commit ${previousCommit ?? 'unknown'} is applied and ${found} (a forced push, or an older commit); ` +
      `${change}. ${override(input, 'allowRewind')}`,
  };
}

function sharedRoot({ environment, overlapping }: GuardInput): Refusal | undefined {
  if (overlapping.length === 0) return undefined;
  return {
    code: 'shared-root',
    message:
      `the root znode ${environment.znode} overlaps that of ${counted(overlapping.length, 'other environment')}: ` +
      `${firstOf(overlapping)}. ` +
      "Give each environment a tree of its own; to hand a tree over, delete the other environment's state znode first.",
  };
}

function ephemeralInTheWay({ environment, comparison }: GuardInput): Refusal | undefined {
  const paths = comparison.ephemeral;
  if (paths.length === 0) return undefined;
  return {
    code: 'ephemeral',
    message:
      `${counted(paths.length, 'ephemeral znode')} of other sessions in the way: ${naming(environment.znode, paths)}. ` +
      'Ephemeral znodes are never set or deleted, and can have no children. Rename the file, or end the session that owns it.',
  };
}

function foreignChildInTheWay({ environment, comparison }: GuardInput): Refusal | undefined {
  const paths = comparison.foreignChildren;
  if (paths.length === 0) return undefined;
  return {
    code: 'foreign-child',
    message:
      `${counted(paths.length, 'foreign znode')} below znodes that are to be deleted: ` +
      `${naming(environment.znode, paths)}. Remove them, or keep the directory in git.`,
  };
}

function ownership(input: GuardInput): Refusal | undefined {
  const { environment, comparison, overrides } = input;
  const { notOwned, adoption, steps } = comparison;
  if (overrides.adopt) return undefined;
  const look = `Look at it with: enclosure plan ${environment.name}.`;
  if (notOwned.length > 0) {
    return {
      code: 'not-owned',
      message:
        `${counted(notOwned.length, 'znode')} with other data than git, never written by this environment: ` +
        `${naming(environment.znode, notOwned)}. ${look} To overwrite: ${again(input, 'adopt')}`,
    };
  }
  // Nothing is overwritten then, but somebody's tree may have been taken for an empty place.
  if (adoption === undefined || steps.length === 0 || input.overlapping.length > 0) return undefined;
  const there = [...adoption.equal, ...adoption.unmanaged].filter((path) => path !== '');
  return {
    code: 'not-owned',
    message:
      `${counted(there.length, 'znode')} below ${environment.znode} that no deployment wrote, ${adoption.unmanaged.length} of them ` +
      `not in git: ${naming(environment.znode, there)}. ${look} To deploy there: ${again(input, 'adopt')}`,
  };
}

/** How many deletes are allowed. A share is rounded up, or a tree of four znodes could not lose one. */
export function deleteLimit(limit: DeleteLimit, owned: number): number {
  return limit.kind === 'count' ? limit.count : Math.max(0, Math.ceil(limit.share * owned - 1e-9));
}

function describeLimit(limit: DeleteLimit): string {
  return limit.kind === 'count' ? String(limit.count) : `${Number((limit.share * 100).toFixed(2))}%`;
}

function override(input: GuardInput, flag: PermissionSwitch): string {
  return `If that is meant: ${again(input, flag)}`;
}

function again({ environment, asked }: GuardInput, flag: PermissionSwitch): string {
  return overrideCommand(environment.name, asked, flag);
}

function counted(amount: number, noun: string): string {
  return `${amount} ${noun}${amount === 1 ? '' : 's'}`;
}

const named = 20;

/** The first twenty znodes by name, and how many more there are. */
export function naming(root: string, paths: readonly string[]): string {
  const shown = paths.slice(0, named).map((path) => escapeName(joinPath(root, path)));
  return withRest(shown, paths.length);
}

function firstOf(names: readonly string[]): string {
  return withRest(names.slice(0, named).map(escapeName), names.length);
}

function withRest(shown: readonly string[], total: number): string {
  const rest = total - shown.length;
  return rest === 0 ? shown.join(', ') : `${shown.join(', ')} and ${rest} more`;
}
