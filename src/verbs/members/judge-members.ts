/**
 * Whether enough members run what is waited for, whether they still can, and who does not. Pure.
 *
 * Only ephemeral znodes count: one that is not says nothing about who is alive. A member whose receipt cannot be read is
 * there and does not run it, as far as anybody knows.
 */
import type { Member } from '../../model/member.ts';

/** What is waited for: a revision, or a commit by its first digits. */
export type AwaitedTarget = { readonly revision: number } | { readonly commit: string };

/** How many have to run it: a share (0 to 1) of those that are there, rounded up, or a count. */
export type LeastMembers =
  { readonly kind: 'share'; readonly share: number } | { readonly kind: 'count'; readonly count: number };

export interface Judgement {
  /** `impossible`: some refused it, and without them there are not enough. */
  readonly verdict: 'reached' | 'waiting' | 'impossible';
  /** How many have to run it. Nobody is not everybody: at least one, unless a minimum of nothing was asked for. */
  readonly needed: number;
  readonly running: readonly Member[];
  /** Who refused it, or a later revision, and runs an older one. */
  readonly rejecting: readonly Member[];
  /** Who does neither. */
  readonly lagging: readonly Member[];
}

/** @param revision the target's; undefined while no deployment has made the commit a revision. */
export function judgeMembers(
  members: readonly Member[],
  target: AwaitedTarget,
  revision: number | undefined,
  min: LeastMembers,
): Judgement {
  const present = members.filter(({ ephemeral }) => ephemeral);
  const running = present.filter((member) => runs(member, target, revision));
  const others = present.filter((member) => !running.includes(member));
  const rejecting = others.filter((member) => rejects(member, target, revision));
  const lagging = others.filter((member) => !rejecting.includes(member));
  const needed = neededOf(min, present.length);
  const impossible = rejecting.length > 0 && running.length + lagging.length < needed;
  const verdict = running.length >= needed ? 'reached' : impossible ? 'impossible' : 'waiting';
  return { verdict, needed, running, rejecting, lagging };
}

function neededOf(min: LeastMembers, present: number): number {
  if (min.kind === 'count') return min.count;
  if (min.share === 0) return 0;
  // 0.07 * 100 is 7.000000000000001, and that is no reason to ask for an eighth.
  return Math.max(1, Math.ceil(Number((min.share * present).toFixed(6))));
}

function runs({ receipt }: Member, target: AwaitedTarget, revision: number | undefined): boolean {
  if (receipt === undefined) return false;
  return atLeast(receipt.revision, revision) || isCommit(receipt.commit, target);
}

function rejects({ receipt }: Member, target: AwaitedTarget, revision: number | undefined): boolean {
  if (receipt?.status !== 'rejected' || receipt.rejected === null) return false;
  return atLeast(receipt.rejected.revision, revision) || isCommit(receipt.rejected.commit, target);
}

function atLeast(found: number | null, wanted: number | undefined): boolean {
  return found !== null && wanted !== undefined && found >= wanted;
}

function isCommit(commit: string | null, target: AwaitedTarget): boolean {
  return 'commit' in target && commit?.startsWith(target.commit) === true;
}
