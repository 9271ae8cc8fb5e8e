import { describe, expect, it } from 'vitest';
import { createPrometheusMetrics } from '../../../../src/report/observability/prometheus-metrics.ts';
import { samplesOf } from './samples.ts';

function create(queueLength = 0) {
  return createPrometheusMetrics({ environments: ['production'], queueLength: () => queueLength });
}

describe('createPrometheusMetrics', () => {
  it('has everything of every environment at 0 from the start, so that the first step is seen', async () => {
    const samples = samplesOf((await create().expose()).text);
    for (const outcome of ['applied', 'unchanged', 'refused', 'failed']) {
      expect(samples.get(`enclosure_deployments_total{environment="production",outcome="${outcome}"}`)).toBe(
        0,
      );
    }
    for (const name of [
      'enclosure_drift_znodes_total',
      'enclosure_dead_letters_total',
      'enclosure_lock_wait_seconds_count',
      'enclosure_push_to_applied_seconds_count',
    ]) {
      expect(samples.get(`${name}{environment="production"}`), name).toBe(0);
    }
  });

  it('counts, and times in seconds', async () => {
    const metrics = create(4);
    const labels = { environment: 'production' };
    metrics.count('deployments', { ...labels, outcome: 'applied' });
    metrics.count('deployments', { ...labels, outcome: 'applied' });
    metrics.count('refusals', { ...labels, code: 'rewind' });
    metrics.count('failures', { ...labels, code: 'aborted' });
    metrics.count('drift', labels, 3);
    metrics.count('dead-letters', labels);
    metrics.count('snapshot-cache', { ...labels, event: 'takeover' });
    metrics.duration('lock-wait', labels, 1_500);
    metrics.duration('push-to-applied', labels, 2_000);
    metrics.duration('push-to-applied', labels, 4_000);
    const samples = samplesOf((await metrics.expose()).text);
    const of = (name: string, more = ''): number | undefined =>
      samples.get(`${name}{environment="production"${more}}`);
    expect(of('enclosure_deployments_total', ',outcome="applied"')).toBe(2);
    expect(of('enclosure_refusals_total', ',code="rewind"')).toBe(1);
    expect(of('enclosure_failures_total', ',code="aborted"')).toBe(1);
    expect(of('enclosure_drift_znodes_total')).toBe(3);
    expect(of('enclosure_dead_letters_total')).toBe(1);
    expect(of('enclosure_snapshot_cache_total', ',event="takeover"')).toBe(1);
    expect(of('enclosure_lock_wait_seconds_sum')).toBe(1.5);
    expect(of('enclosure_push_to_applied_seconds_sum')).toBe(6);
    expect(of('enclosure_push_to_applied_seconds_count')).toBe(2);
    expect(samples.get('enclosure_queue_length')).toBe(4);
  });

  it('knows about the process, and nothing of another one in it', async () => {
    const [one, other] = [create(), create()];
    one.count('drift', { environment: 'production' });
    const { contentType, text } = await other.expose();
    expect(contentType).toContain('text/plain');
    expect(samplesOf(text).get('enclosure_drift_znodes_total{environment="production"}')).toBe(0);
    expect(samplesOf(text).get('process_resident_memory_bytes')).toBeGreaterThan(0);
  });
});
