import type { Metrics } from '../../../../src/model/ports/metrics.ts';

export type Measured = readonly [name: string, labels: object, value: number];

/** Metrics that keep what they are told, in order. */
export function recordingMetrics(): { readonly metrics: Metrics; readonly measured: Measured[] } {
  const measured: Measured[] = [];
  const metrics: Metrics = {
    count: (name, labels, value = 1) => void measured.push([name, labels, value]),
    duration: (name, labels, ms) => void measured.push([name, labels, ms]),
  };
  return { metrics, measured };
}
