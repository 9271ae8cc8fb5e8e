/** Remarks on an answer, for standard error, so that the answer can be piped. Pure. */
import { escapeName } from '../../model/znode-path.ts';
import type { Style } from '../../terminal/style.ts';

export function renderRemarks(remarks: readonly string[], { colours }: Style): string[] {
  return remarks.map((remark) => `${colours.yellow('note')}: ${escapeName(remark)}`);
}
