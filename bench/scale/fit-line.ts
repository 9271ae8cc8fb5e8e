/** The straight line with the least squares. Pure. */

export interface Line {
  readonly intercept: number;
  readonly slope: number;
  /** How far the point that fits worst is from it: tells whether a line is what it is. */
  readonly largestResidual: number;
}

export function fitLine(points: readonly (readonly [x: number, y: number])[]): Line {
  const mean = (values: readonly number[]): number =>
    values.reduce((sum, value) => sum + value, 0) / values.length;
  const [middleX, middleY] = [mean(points.map(([x]) => x)), mean(points.map(([, y]) => y))];
  const covariance = mean(points.map(([x, y]) => (x - middleX) * (y - middleY)));
  const slope = covariance / mean(points.map(([x]) => (x - middleX) ** 2));
  const intercept = middleY - slope * middleX;
  const largestResidual = Math.max(...points.map(([x, y]) => Math.abs(y - intercept - slope * x)));
  return { intercept, slope, largestResidual };
}
