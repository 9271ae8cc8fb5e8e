/** A progress bar's line, and the plain line for a log. Pure. */
import type { Progress } from '../model/progress.ts';
import { escapeName } from '../model/znode-path.ts';
import { cutTo } from './shown-path.ts';

const words: Readonly<Record<Progress['phase'], string>> = {
  connect: 'connecting',
  lock: 'waiting for the lock',
  fetch: 'fetching',
  compare: 'comparing',
  read: 'reading',
  apply: 'applying',
  write: 'writing',
};

const barWidth = 24;

/** `production: applying [=====>    ] 120/400`, at most `width` columns. */
export function renderProgressBar(title: string, progress: Progress, width: number): string {
  const { done, total } = progress;
  if (total <= 0) return cutTo(renderProgressLine(title, progress), width);
  const share = Math.min(Math.max(done / total, 0), 1);
  const filled = Math.round(share * barWidth);
  const bar = `${'='.repeat(filled)}${' '.repeat(barWidth - filled)}`;
  return cutTo(
    `${escapeName(title)}: ${words[progress.phase]} [${bar}] ${done}/${total}${detailOf(progress)}`,
    width,
  );
}

/** `production: waiting for the lock, held by alice` */
export function renderProgressLine(title: string, progress: Progress): string {
  const { done, total } = progress;
  const amount = total > 0 ? ` ${done}/${total}` : done > 0 ? ` ${done}` : '';
  return `${escapeName(title)}: ${words[progress.phase]}${amount}${detailOf(progress)}`;
}

function detailOf({ detail }: Progress): string {
  return detail === undefined || detail === '' ? '' : `, ${escapeName(detail)}`;
}
