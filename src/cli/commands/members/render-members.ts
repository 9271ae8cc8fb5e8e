/** The members of an environment, one a line with what it complains of below it, and what became of waiting for them. Pure. */
import type { Member, RejectedRevision, Standing } from '../../../model/member.ts';
import type { State } from '../../../model/state.ts';
import { escapeName } from '../../../model/znode-path.ts';
import { count, formatTime } from '../../../terminal/format-bytes.ts';
import { cutTo, shortCommit } from '../../../terminal/shown-path.ts';
import type { Colours, Style } from '../../../terminal/style.ts';
import type { AwaitedMembers, SeenMembers } from '../../../verbs/members/await-members.ts';
import type { MembersReport } from '../../../verbs/members/members-report.ts';
import { type MembersSummary, provenStanding, summarize } from '../../../verbs/members/summarize.ts';

const standingWidth = 'rejected'.length;
const longestName = 40;
/** How many names a message holds. */
const mostNames = 20;

export function renderMembers({ environment, members, state }: MembersReport, style: Style): string[] {
  const { bold, dim } = style.colours;
  if (members.length === 0) return [`${bold(escapeName(environment))}: no member has joined`];
  const longest = members.reduce((most, { name }) => Math.max(most, escapeName(name).length), 4);
  const nameWidth = Math.max(1, Math.min(longest, longestName, style.width - standingWidth - 4));
  const line = (name: string, standing: string, rest: string, colour: (text: string) => string): string =>
    `${cutTo(name, nameWidth).padEnd(nameWidth)}  ${colour(standing.padEnd(standingWidth))}  ` +
    cutTo(rest, style.width - nameWidth - standingWidth - 4);
  const heading = ['revision', 'commit'.padEnd(12), 'since'.padEnd(20), 'joined'.padEnd(20), 'where'];
  return [
    dim(line('name', 'standing', heading.join('  '), (text) => text)),
    ...members.flatMap((member) => {
      const standing = provenStanding(member, state);
      return [
        line(escapeName(member.name), standing, factsOf(member), colourOf(standing, style.colours)),
        ...complaintsOf(member).map((complaint) => cutTo(`  ${complaint}`, style.width)),
      ];
    }),
    `${bold(escapeName(environment))}: ${membersLine(summarize(members, state), state, style)}`,
  ];
}

/** `37/40 on revision 12, 2 lag, 1 rejected`. */
export function membersLine(
  { total, current, lag, rejected, unknown }: MembersSummary,
  state: Pick<State, 'revision'> | undefined,
  { colours }: Pick<Style, 'colours'>,
): string {
  return [
    state === undefined ? `${total} joined` : `${current}/${total} on revision ${state.revision}`,
    ...(lag === 0 ? [] : [colours.yellow(`${lag} ${lag === 1 ? 'lags' : 'lag'}`)]),
    ...(rejected === 0 ? [] : [colours.red(`${rejected} rejected`)]),
    ...(unknown === 0 ? [] : [`${unknown} unknown`]),
  ].join(', ');
}

/** Why waiting ended without success, in one line. */
export function renderNotReached(awaited: AwaitedMembers, target: string): string {
  const { environment, why, running, rejecting, lagging } = awaited;
  const start = `${escapeName(environment)}: ${why === 'rejected' ? 'rejected' : 'not in time'}`;
  if (running.length + rejecting.length + lagging.length === 0) return `${start}: no member has joined`;
  const places = Math.max(0, mostNames - rejecting.length);
  return [
    `${start}: ${renderAwaited(awaited, target)}`,
    ...(awaited.revision === undefined ? [`no deployment has made ${target} a revision`] : []),
    ...group(rejecting, 'rejects it', 'reject it', mostNames),
    ...group(lagging, 'lags', 'lag', places),
  ].join('; ');
}

/** `2 lag: a, b`, with as many names as there are places. */
function group(members: readonly Member[], one: string, several: string, places: number): string[] {
  if (members.length === 0) return [];
  const names = members.slice(0, places).map(({ name }) => escapeName(name));
  const left = members.length - names.length;
  const all = left === 0 || names.length === 0 ? names : [...names, `${left} more`];
  const who = all.length === 0 ? '' : `: ${all.join(', ')}`;
  return [`${members.length} ${members.length === 1 ? one : several}${who}`];
}

/** How far it is: `revision 12 runs on 3 of 5 members, 5 needed`. */
export function renderAwaited({ running, rejecting, lagging, needed }: SeenMembers, target: string): string {
  const present = running.length + rejecting.length + lagging.length;
  return `${target} runs on ${running.length} of ${count(present, 'member')}, ${needed} needed`;
}

function factsOf({ receipt, ephemeral }: Member): string {
  if (receipt === undefined) return ephemeral ? 'its receipt cannot be read' : 'made by somebody else';
  const { revision, commit, since, joined, host, pid } = receipt;
  return [
    String(revision ?? 'none').padStart(8),
    shortCommit(commit).padEnd(12),
    formatTime(since).padEnd(20),
    formatTime(joined).padEnd(20),
    `${escapeName(host)}, pid ${pid}`,
  ].join('  ');
}

function complaintsOf({ receipt, ephemeral }: Member): string[] {
  if (receipt === undefined) return [];
  const { rejected, problem } = receipt;
  return [
    ...(ephemeral ? [] : ['not ephemeral: no instance stands behind it']),
    ...(rejected === null ? [] : [`rejected ${nameOf(rejected)}: ${escapeName(rejected.reason)}`]),
    ...(problem === null ? [] : [`problem: ${escapeName(problem)}`]),
  ];
}

function nameOf({ revision, commit, time }: RejectedRevision): string {
  const what = revision === null ? `commit ${shortCommit(commit)}` : `revision ${revision}`;
  return `${what} ${formatTime(time)}`;
}

function colourOf(standing: Standing, colours: Colours): (text: string) => string {
  switch (standing) {
    case 'current':
      return colours.green;
    case 'lags':
      return colours.yellow;
    case 'rejected':
      return colours.red;
    case 'unknown':
      return colours.dim;
  }
}
