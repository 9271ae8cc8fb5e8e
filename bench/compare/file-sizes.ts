/**
 * File sizes of a real repository: openstack/project-config, 968 files at commit 438efda, by quantile. Its largest file
 * has 391,098 bytes; here the largest are stretched to 900 KB, near what a znode can hold.
 */

const quantiles: readonly (readonly [share: number, bytes: number])[] = [
  [0, 16],
  [0.01, 54],
  [0.05, 183],
  [0.1, 211],
  [0.2, 272],
  [0.3, 296],
  [0.4, 320],
  [0.5, 353],
  [0.6, 431],
  [0.7, 618],
  [0.8, 931],
  [0.9, 2000],
  [0.95, 7487],
  [0.97, 10_838],
  [0.98, 18_604],
  [0.99, 34_358],
  [0.995, 43_640],
  [0.998, 61_275],
  [0.999, 133_158],
  [1, 900_000],
];

/** The size at this share of all files, between two quantiles as their logarithms go. */
export function sizeAt(share: number): number {
  const next = quantiles.findIndex(([to]) => to >= share);
  const [to, upper] = quantiles[next] ?? [1, 900_000];
  const [from, lower] = quantiles[next - 1] ?? [0, upper];
  if (to === from) return upper;
  const part = (share - from) / (to - from);
  return Math.round(Math.exp(Math.log(lower) * (1 - part) + Math.log(upper) * part));
}

/** The sizes of `count` files, large ones among small ones, the same each time. */
export function spreadSizes(count: number): number[] {
  // A step that has no divisor in common with the count reaches every rank once.
  let step = Math.floor(count * 0.618) + 1;
  while (greatestDivisor(step, count) !== 1) step += 1;
  return Array.from({ length: count }, (_, index) =>
    sizeAt(((index * step) % count) / Math.max(1, count - 1)),
  );
}

function greatestDivisor(one: number, other: number): number {
  return other === 0 ? one : greatestDivisor(other, one % other);
}
