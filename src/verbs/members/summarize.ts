/** How many members stand where. Pure. */
import { type Member, type Standing, standingOf } from '../../model/member.ts';
import type { State } from '../../model/state.ts';

export interface MembersSummary {
  readonly total: number;
  readonly current: number;
  readonly lag: number;
  readonly rejected: number;
  readonly unknown: number;
}

export function summarize(
  members: readonly Member[],
  state: Pick<State, 'revision'> | undefined,
): MembersSummary {
  const standings = members.map((member) => provenStanding(member, state));
  const of = (standing: Standing): number => standings.filter((one) => one === standing).length;
  return {
    total: members.length,
    current: of('current'),
    lag: of('lags'),
    rejected: of('rejected'),
    unknown: of('unknown'),
  };
}

/** A znode that outlives its session says nothing of an instance, whatever its data say: `unknown`. */
export function provenStanding(member: Member, state: Pick<State, 'revision'> | undefined): Standing {
  return member.ephemeral ? standingOf(member, state) : 'unknown';
}
