import type { Adoption } from '../../model/plan.ts';

interface Group {
  readonly count: number;
  readonly paths: readonly string[];
}

export type AdoptionJson = Readonly<Record<keyof Adoption, Group>>;

/** What a first deployment found, as `plan --json` and `sync --json` have it. */
export function adoptionJson({ equal, different, unmanaged }: Adoption): AdoptionJson {
  const group = (paths: readonly string[]): Group => ({ count: paths.length, paths });
  return { equal: group(equal), different: group(different), unmanaged: group(unmanaged) };
}
