/**
 * `enclosure members`: who has joined and what each runs. With `--wait` only when enough of them run a revision; exits 2
 * when some reject it or the time is over, and prints the members all the same.
 */
import { EnclosureError } from '../../../base/enclosure-error.ts';
import { escapeName } from '../../../model/znode-path.ts';
import { membersJson } from '../../../report/documents/members-json.ts';
import { type Context, knownEnvironment } from '../../../terminal/context.ts';
import type { ExitCode } from '../../../terminal/exit-code.ts';
import { shortCommit } from '../../../terminal/shown-path.ts';
import type { AwaitedTarget, LeastMembers } from '../../../verbs/members/judge-members.ts';
import type { MembersReport } from '../../../verbs/members/members-report.ts';
import { renderAwaited, renderMembers, renderNotReached } from './render-members.ts';

export interface MembersFlags {
  readonly wait?: AwaitedTarget;
  readonly timeout?: number;
  readonly min?: LeastMembers;
}

const defaultTimeoutMs = 60_000;
const all: LeastMembers = { kind: 'share', share: 1 };

export async function members(context: Context, name: string, flags: MembersFlags): Promise<ExitCode> {
  const { wait, timeout = defaultTimeoutMs, min = all } = flags;
  if (wait === undefined && (flags.timeout !== undefined || flags.min !== undefined)) {
    throw new EnclosureError('usage-invalid', 'there is nothing to wait for', {
      expected: '--timeout and --min with --wait',
      found: 'no --wait',
    });
  }
  const { configuration, enclosure } = await context.open();
  const environment = knownEnvironment(configuration, name);
  const { signal } = context;
  if (wait === undefined) {
    print(context, await enclosure.members(environment, { signal }));
    return 0;
  }
  const target = 'revision' in wait ? `revision ${wait.revision}` : `commit ${shortCommit(wait.commit)}`;
  let told = '';
  const awaited = await enclosure.awaitMembers(environment, {
    target: wait,
    min,
    timeoutMs: timeout,
    signal,
    onProgress(seen) {
      const line = `${escapeName(environment)}: ${renderAwaited(seen, target)}`;
      if (context.verbose && line !== told) context.log([line]);
      told = line;
    },
  });
  print(context, awaited);
  if (awaited.reached) return 0;
  context.log([renderNotReached(awaited, target)]);
  return 2;
}

function print(context: Context, report: MembersReport): void {
  if (context.json) context.printJson(membersJson(report));
  else context.print(renderMembers(report, context.style));
}
