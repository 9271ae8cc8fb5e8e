import type { DeleteLimit } from '../../model/environment.ts';

/** `20%`, `0.5%`, up to `100%`. */
export const percentPattern = /^(100(\.0+)?|\d{1,2}(\.\d+)?)%$/;

/** `'20%'` is a share of the znodes we own, a number is a count of them. The schema has checked both. */
export function parseDeleteLimit(value: string | number): DeleteLimit {
  if (typeof value === 'number') return { kind: 'count', count: value };
  return { kind: 'share', share: Number.parseFloat(value) / 100 };
}
