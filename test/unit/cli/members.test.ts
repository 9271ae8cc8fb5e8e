import { describe, expect, test } from 'vitest';
import { renderMembers, renderNotReached } from '../../../src/cli/commands/members/render-members.ts';
import { renderStatus } from '../../../src/cli/commands/status/render-status.ts';
import { styleFor } from '../../../src/terminal/style.ts';
import type { AwaitedMembers, AwaitOptions } from '../../../src/verbs/members/await-members.ts';
import { judgeMembers } from '../../../src/verbs/members/judge-members.ts';
import { summarize } from '../../../src/verbs/members/summarize.ts';
import type { Member } from '../../../src/model/member.ts';
import { commit, memberAt, previous, receiptOf, rejecting } from '../verbs/members/examples-of-members.ts';
import { stateOf } from './examples-of-results.ts';
import { runWith } from './fake-world.ts';
import { coloured, plain } from './styles.ts';

const unreadable: Member = { name: 'odd', ephemeral: true };
const left: Member = { ...memberAt('left', 12), ephemeral: false };
const report = (...members: Member[]) => ({ environment: 'production', state: stateOf(), members });

function awaitedOf(members: readonly Member[], changed: Partial<AwaitedMembers> = {}): AwaitedMembers {
  const judged = judgeMembers(members, { revision: 12 }, 12, { kind: 'share', share: 1 });
  const reached = judged.verdict === 'reached';
  const why = reached ? 'reached' : judged.verdict === 'impossible' ? 'rejected' : 'timeout';
  return { ...report(...members), ...judged, revision: 12, reached, why, ...changed };
}

describe('the table', () => {
  test('shows who joined, what each runs since when, and what it complains of', () => {
    const failing = memberAt('app-3', 12, { problem: 'reload failed' });
    const lines = renderMembers(
      report(memberAt('app-1', 12), rejecting('app-2'), failing, left, memberAt('new', null), unreadable),
      plain,
    );
    expect(lines).toEqual([
      'name   standing  revision  commit        since                 joined                where',
      'app-1  current         12  3f2a1b9c0d1e  2026-03-01 12:00:01Z  2026-02-28 08:00:00Z  host-1, pid 4711',
      'app-2  rejected        11  0123456789ab  2026-03-01 12:00:01Z  2026-02-28 08:00:00Z  host-1, pid 4711',
      '  rejected revision 12 2026-03-01 12:00:02Z: no port',
      'app-3  current         12  3f2a1b9c0d1e  2026-03-01 12:00:01Z  2026-02-28 08:00:00Z  host-1, pid 4711',
      '  problem: reload failed',
      'left   unknown         12  3f2a1b9c0d1e  2026-03-01 12:00:01Z  2026-02-28 08:00:00Z  host-1, pid 4711',
      '  not ephemeral: no instance stands behind it',
      'new    lags          none  none          2026-03-01 12:00:01Z  2026-02-28 08:00:00Z  host-1, pid 4711',
      'odd    unknown   its receipt cannot be read',
      'production: 2/6 on revision 12, 1 lags, 1 rejected, 2 unknown',
    ]);
  });

  test('keeps to the width of the terminal, and what a hostile member says to its lines', () => {
    const hostile = `\u001b[31m${'long '.repeat(100)}\n\r`;
    const member = {
      ...rejecting('x', { reason: hostile }),
      name: 'a'.repeat(200),
      receipt: receiptOf({ host: hostile, problem: hostile, since: hostile }),
    };
    for (const columns of [20, 40, 80, 200]) {
      const style = styleFor({ colour: false, terminal: true, columns, verbose: false });
      const lines = renderMembers(report(member, memberAt('b', 12)), style).slice(0, -1);
      expect(lines).toHaveLength(4);
      for (const line of lines) {
        expect(line.length).toBeLessThanOrEqual(columns);
        // oxlint-disable-next-line no-control-regex -- these are what must not be there
        expect(line).not.toMatch(/[\u0000-\u001f]/);
      }
    }
  });

  test('colours a standing and nothing else of the line', () => {
    const [, line] = renderMembers(report(rejecting('a')), coloured);
    expect(line).toContain('\u001b[31mrejected\u001b[39m  ');
  });

  test('says so where nobody has joined', () => {
    expect(renderMembers(report(), plain)).toEqual(['production: no member has joined']);
  });
});

describe('why it was not reached', () => {
  test('is one line that says how many and who', () => {
    const members = [memberAt('a', 12), rejecting('b'), memberAt('c', 11), memberAt('d\u0007', 11)];
    expect(renderNotReached(awaitedOf(members), 'revision 12')).toBe(
      'production: rejected: revision 12 runs on 1 of 4 members, 4 needed; 1 rejects it: b; 2 lag: c, d\\u{7}',
    );
  });

  test('names twenty and counts the rest', () => {
    const many = Array.from({ length: 15 }, (_, index) => rejecting(`r${index}`));
    const late = Array.from({ length: 9 }, (_, index) => memberAt(`l${index}`, 11));
    const line = renderNotReached(awaitedOf([...many, ...late]), 'revision 12');
    expect(line).toContain('15 reject it: r0, ');
    expect(line).toMatch(/; 9 lag: l0, l1, l2, l3, l4, 4 more$/);
    expect(renderNotReached(awaitedOf([...many, ...many, ...late]), 'revision 12')).toMatch(
      /r4, 10 more; 9 lag$/,
    );
  });

  test('says when nobody has joined, and when no deployment has made the commit a revision', () => {
    expect(renderNotReached(awaitedOf([]), 'revision 12')).toBe(
      'production: not in time: no member has joined',
    );
    const { revision: _, ...undeployed } = awaitedOf([memberAt('a', 11)]);
    expect(renderNotReached(undeployed, 'commit 3f2a')).toContain(
      '; no deployment has made commit 3f2a a revision; 1 lags: a',
    );
  });
});

test('a status sums the members up, where there are any', () => {
  const entry = { environment: 'production', znode: '/e', repository: 'config', branch: 'main', waiters: [] };
  const state = stateOf();
  const members = summarize([memberAt('a', 12), memberAt('b', 11), memberAt('c', 11), rejecting('d')], state);
  const line = (...with_: Parameters<typeof renderStatus>[0]) => renderStatus(with_, plain).at(-1);
  expect(line({ ...entry, state, members })).toBe('  members   1/4 on revision 12, 2 lag, 1 rejected');
  expect(line({ ...entry, members })).toBe('  members   4 joined, 2 lag, 1 rejected');
  expect(line({ ...entry, state, members: summarize([], state) })).toMatch(/^ {2}revision /);
});

test('status --json has the numbers, and null where they could not be read', async () => {
  const entry = { environment: 'production', znode: '/e', repository: 'config', branch: 'main', waiters: [] };
  const members = summarize([memberAt('a', 12)], { revision: 12 });
  const enclosure = { status: () => Promise.resolve([{ ...entry, members }, entry]) };
  expect((await runWith({ enclosure }, 'status', '--json')).json()).toMatchObject([
    { members: { total: 1, current: 1, lag: 0, rejected: 0, unknown: 0 } },
    { members: null },
  ]);
});

test('members --json prints an array with what each receipt says', async () => {
  const enclosure = { members: () => Promise.resolve(report(rejecting('a'), unreadable)) };
  const ran = await runWith({ enclosure }, 'members', 'production', '--json');
  expect(ran).toMatchObject({ exitCode: 0, stderr: '' });
  const { format: _, ...receipt } = rejecting('a').receipt ?? receiptOf();
  const nothing = Object.fromEntries(Object.keys(receipt).map((key) => [key, null]));
  expect(ran.json()).toEqual([
    { ...receipt, standing: 'rejected', ephemeral: true },
    { ...nothing, name: 'odd', standing: 'unknown', ephemeral: true },
  ]);
});

describe('members --wait', () => {
  const waitWith = async (result: AwaitedMembers, ...argv: string[]) => {
    const asked: AwaitOptions[] = [];
    const enclosure = {
      awaitMembers(_name: string, options: AwaitOptions) {
        asked.push(options);
        options.onProgress?.(result);
        options.onProgress?.(result);
        return Promise.resolve(result);
      },
    };
    return { ...(await runWith({ enclosure }, 'members', 'production', ...argv)), asked };
  };
  const reached = awaitedOf([memberAt('a', 12)]);

  test('exits 0 when it is reached, and prints the members as ever', async () => {
    const ran = await waitWith(reached, '--wait', '12', '--json');
    expect(ran).toMatchObject({ exitCode: 0, stderr: '' });
    expect(ran.json()).toMatchObject([{ name: 'a', standing: 'current' }]);
  });

  test('exits 2 when it is not, with one line on standard error', async () => {
    const ran = await waitWith(awaitedOf([rejecting('a')]), '--wait', '12');
    expect(ran.exitCode).toBe(2);
    expect(ran.stderr).toBe(
      'production: rejected: revision 12 runs on 0 of 1 member, 1 needed; 1 rejects it: a\n',
    );
    expect(ran.stdout).toContain('production: 0/1 on revision 12, 1 rejected\n');
  });

  test('tells with --verbose how far it is, each time it changes', async () => {
    const ran = await waitWith(reached, '--wait', '12', '--verbose');
    expect(ran.stderr).toBe('production: revision 12 runs on 1 of 1 member, 1 needed\n');
  });

  test.each([
    [['12'], { revision: 12 }],
    [['999999999'], { revision: 999_999_999 }],
    [['1234567890'], { commit: '1234567890' }],
    [['3F2A'], { commit: '3f2a' }],
    [[previous], { commit: previous }],
  ])('%j waits for %j', async ([value = ''], target) => {
    const { asked } = await waitWith(reached, '--wait', value);
    expect(asked).toMatchObject([{ target, timeoutMs: 60_000, min: { kind: 'share', share: 1 } }]);
  });

  test.each([
    ['90%', { kind: 'share', share: 0.9 }],
    ['0%', { kind: 'share', share: 0 }],
    ['3', { kind: 'count', count: 3 }],
  ])('--min %s and --timeout are passed on', async (value, min) => {
    const { asked } = await waitWith(reached, '--wait', commit, '--min', value, '--timeout', '2m');
    expect(asked).toMatchObject([{ min, timeoutMs: 120_000 }]);
  });

  test.each([
    [['--wait', '0'], 'Expected a revision, or a commit: 4 to 64 hexadecimal digits'],
    [['--wait', 'abc'], 'Expected a revision, or a commit'],
    [['--wait', 'main'], 'Expected a revision, or a commit'],
    [['--min', '101%'], 'Expected a share from 0% to 100%, or a number of members'],
    [['--min', '-1'], 'Expected a share'],
    [['--timeout', '60'], 'Expected a duration'],
  ])('%j is refused with what was expected', async (argv, message) => {
    const ran = await runWith({}, 'members', 'production', ...argv);
    expect(ran).toMatchObject({ exitCode: 1, openedWith: [] });
    expect(ran.stderr).toContain(message);
  });
});

test('members --help has examples', async () => {
  const ran = await runWith({}, 'members', '--help');
  expect(ran.exitCode).toBe(0);
  expect(ran.stdout).toContain('Examples:\n  enclosure members');
});
