import { escapeName } from '../model/znode-path.ts';

export function shortCommit(commit: string | null): string {
  return commit === null ? 'none' : escapeName(commit.slice(0, 12));
}

/** At most `width` characters, with an ellipsis where something is left out. Before colours are put on. */
export function cutTo(text: string, width: number): string {
  if (text.length <= width) return text;
  return width <= 1 ? '…'.slice(0, Math.max(width, 0)) : `${text.slice(0, width - 1)}…`;
}

/** A path below the root znode; the root itself is `.`, which no znode can be called. */
export function shownPath(relative: string): string {
  return relative === '' ? '.' : escapeName(relative);
}
