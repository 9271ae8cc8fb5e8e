import type { MembersReport } from '../../verbs/members/members-report.ts';
import { provenStanding } from '../../verbs/members/summarize.ts';

/** `members --json`: what each member's receipt says, and how that stands to what is applied. What is not known is null. */
export function membersJson({ members, state }: MembersReport) {
  return members.map((member) => {
    const { name, ephemeral, receipt } = member;
    return {
      name,
      standing: provenStanding(member, state),
      ephemeral,
      host: receipt?.host ?? null,
      pid: receipt?.pid ?? null,
      labels: receipt?.labels ?? null,
      data: receipt?.data ?? null,
      revision: receipt?.revision ?? null,
      commit: receipt?.commit ?? null,
      digest: receipt?.digest ?? null,
      status: receipt?.status ?? null,
      rejected: receipt?.rejected ?? null,
      problem: receipt?.problem ?? null,
      since: receipt?.since ?? null,
      joined: receipt?.joined ?? null,
    };
  });
}
