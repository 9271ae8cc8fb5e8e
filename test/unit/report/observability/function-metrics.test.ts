import { describe, expect, it } from 'vitest';
import { createFunctionMetrics } from '../../../../src/report/observability/function-metrics.ts';
import { capturedOutput, type JsonLine } from './captured-output.ts';

const { lines, text } = capturedOutput();
const labels = { environment: 'production' };

interface Directive {
  readonly Namespace: string;
  readonly Dimensions: readonly (readonly string[])[];
  readonly Metrics: readonly { readonly Name: string; readonly Unit: string }[];
}

function directivesOf(line: JsonLine | undefined): readonly Directive[] {
  const metadata = line?.['_aws'] as { readonly CloudWatchMetrics: readonly Directive[] } | undefined;
  return metadata?.CloudWatchMetrics ?? [];
}

describe('createFunctionMetrics', () => {
  it('writes the metrics of an environment as one line, for the environment and over all of them', () => {
    const metrics = createFunctionMetrics();
    metrics.count('drift', labels, 3);
    metrics.duration('lock-wait', labels, 12);
    metrics.duration('push-to-applied', labels, 4_500);
    expect(text()).toBe('');
    metrics.flush();
    expect(lines()).toEqual([
      {
        _aws: {
          Timestamp: expect.any(Number) as number,
          CloudWatchMetrics: [
            {
              Namespace: 'Enclosure',
              Dimensions: [['environment'], []],
              Metrics: [
                { Name: 'Drift', Unit: 'Count' },
                { Name: 'LockWait', Unit: 'Milliseconds' },
                { Name: 'PushToApplied', Unit: 'Milliseconds' },
              ],
            },
          ],
        },
        environment: 'production',
        Drift: 3,
        LockWait: 12,
        PushToApplied: 4_500,
      },
    ]);
  });

  it('has what shared fetches did as one more dimension', () => {
    const metrics = createFunctionMetrics();
    metrics.count('snapshot-cache', { ...labels, event: 'wait' });
    metrics.count('snapshot-cache', { ...labels, event: 'hit' });
    metrics.flush();
    expect(lines()).toMatchObject([
      { environment: 'production', event: 'wait', SnapshotCache: 1 },
      { environment: 'production', event: 'hit', SnapshotCache: 1 },
    ]);
  });

  it('has the outcome of a deployment as one more dimension', () => {
    const metrics = createFunctionMetrics();
    metrics.count('deployments', { ...labels, outcome: 'refused' });
    metrics.flush();
    expect(directivesOf(lines()[0])[0]?.Dimensions).toEqual([
      ['environment'],
      ['environment', 'outcome'],
      [],
    ]);
    expect(lines()).toMatchObject([{ environment: 'production', outcome: 'refused', Deployments: 1 }]);
  });

  it('writes the code of what was refused or failed beside the metric, and makes no dimension of it', () => {
    const metrics = createFunctionMetrics();
    metrics.count('refusals', { ...labels, code: 'rewind' });
    metrics.count('failures', { ...labels, code: 'lock-timeout' });
    metrics.count('failures', { ...labels, code: 'aborted' });
    metrics.flush();
    expect(lines()).toMatchObject([
      { code: 'rewind', Refusals: 1 },
      { code: 'lock-timeout', Failures: 1 },
      { code: 'aborted', Failures: 1 },
    ]);
    for (const line of lines()) {
      expect(directivesOf(line)).toMatchObject([{ Dimensions: [['environment'], []] }]);
    }
  });

  it('writes nothing where nothing was counted, nothing twice, and goes on afterwards', () => {
    const metrics = createFunctionMetrics();
    metrics.flush();
    metrics.count('drift', labels);
    metrics.flush();
    metrics.flush();
    metrics.count('drift', labels, 2);
    metrics.flush();
    expect(lines()).toMatchObject([{ Drift: 1 }, { Drift: 2 }]);
  });

  it('keeps every value with its dimensions, however many there are before they are flushed', () => {
    const metrics = createFunctionMetrics();
    for (let index = 0; index < 1_000; index += 1) metrics.duration('lock-wait', labels, index);
    metrics.flush();
    const values = lines().flatMap((line) => line['LockWait'] as number[]);
    expect(values).toEqual(Array.from({ length: 1_000 }, (_, index) => index));
    for (const line of lines()) {
      expect(line['environment']).toBe('production');
      expect(directivesOf(line)).toMatchObject([{ Dimensions: [['environment'], []] }]);
    }
  });
});
