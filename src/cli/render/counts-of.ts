import type { Counts, Plan } from '../../model/plan.ts';

/** What a plan's steps would do. */
export function countsOf({ steps, unchanged }: Plan): Counts {
  const of = (action: string): number => steps.filter((step) => step.action === action).length;
  return { created: of('create'), updated: of('update'), deleted: of('delete'), unchanged };
}
