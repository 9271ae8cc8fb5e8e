import type { Blame } from '../../verbs/blame/blame-entry.ts';

/** What `blame --json` prints: of one znode its entry beside what is applied, of a tree an array of them. */
export function blameJson(answer: Blame, tree: boolean): unknown {
  const { environment, revision, commit, entries, remarks: notes } = answer;
  const applied = { environment, applied: { revision, commit } };
  const shown = entries.map(({ remark, ...entry }) => ({ ...entry, note: remark ?? null }));
  return tree ? { ...applied, entries: shown, notes } : { ...applied, ...shown[0], notes };
}
