/** What holds an environment, for people. Pure. */
import type { Hold } from '../../model/hold.ts';
import { escapeName } from '../../model/znode-path.ts';
import { formatTime } from '../../terminal/format-bytes.ts';
import { shortCommit } from '../../terminal/shown-path.ts';
import type { Style } from '../../terminal/style.ts';

export function renderHold(hold: Hold, { colours }: Style): string[] {
  const environment = escapeName(hold.environment);
  return [
    `${colours.yellow('held')} ${holdLine(hold)}`,
    `  Nothing but a rollback is applied until then; enclosure resume ${environment} lifts it.`,
  ];
}

/** By whom, since when, until when, after which rollback, and why. */
export function holdLine({ who, why, since, until, rollback }: Hold): string {
  const end = until === null ? 'until it is resumed' : `until ${formatTime(until)}`;
  const back =
    rollback === null
      ? ''
      : `, rolled back from revision ${rollback.from.revision} (${shortCommit(rollback.from.commit)})`;
  return `by ${escapeName(who)} since ${formatTime(since)}, ${end}${back}${why === null ? '' : `: ${escapeName(why)}`}`;
}
