import { describe, expect, it } from 'vitest';
import { EnclosureError } from '../../../src/base/enclosure-error.ts';
import { waitFor } from '../../../harness/wait-for.ts';
import { samplesOf } from '../../unit/report/observability/samples.ts';
import { syncReport } from '../../unit/serve/sync-report.ts';
import { fakeEnclosure } from './fake-enclosure.ts';
import { serving, type Serving } from './serving.ts';

const start = serving();

async function scrape({ server }: Serving): Promise<ReadonlyMap<string, number>> {
  const response = await fetch(`${server.url}/metrics`);
  return samplesOf(await response.text());
}

/** Waits until a sample has a value, and gives back all of them. */
async function scrapeUntil(
  serving_: Serving,
  sample: string,
  value: number,
): Promise<ReadonlyMap<string, number>> {
  let samples: ReadonlyMap<string, number> = new Map();
  await waitFor(`${sample} to be ${value}`, async () => {
    samples = await scrape(serving_);
    return samples.get(sample) === value;
  });
  return samples;
}

describe('GET /metrics', () => {
  it('answers in the text format of Prometheus, also when asked with a query', async () => {
    const { server } = await start();
    for (const path of ['/metrics', '/metrics?format=prometheus']) {
      const response = await fetch(`${server.url}${path}`);
      expect(response.status).toBe(200);
      expect(response.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/u);
      expect(response.headers.get('cache-control')).toBe('no-store');
      expect(await response.text()).toContain('# TYPE enclosure_deployments_total counter\n');
    }
  });

  it('takes no other method', async () => {
    const { server } = await start();
    const response = await fetch(`${server.url}/metrics`, { method: 'POST', body: 'x' });
    expect(response.status).toBe(405);
    expect(response.headers.get('allow')).toBe('GET');
  });

  it('counts a push that was applied, and times it from its arrival', async () => {
    const enclosure = fakeEnclosure();
    const served = await start({ enclosure });
    await served.deliver();
    const samples = await scrapeUntil(
      served,
      'enclosure_deployments_total{environment="production",outcome="applied"}',
      1,
    );
    expect(samples.get('enclosure_push_to_applied_seconds_count{environment="production"}')).toBe(1);
    expect(samples.get('enclosure_push_to_applied_seconds_count{environment="staging"}')).toBe(0);
  });

  it('counts refusals, drift and failures by what they are, and requests that are given up', async () => {
    const drift = [{ path: 'a', kind: 'changed' }] as const;
    const refusals = [{ code: 'rewind', message: 'canary' }] as const;
    const enclosure = fakeEnclosure(({ environment }, times) =>
      times === 1
        ? Promise.resolve(syncReport(environment, 'refused', { refusals, drift }))
        : Promise.reject(new EnclosureError('repository-denied', 'canary')),
    );
    const served = await start({ enclosure });
    await served.deliver();
    await scrapeUntil(served, 'enclosure_refusals_total{environment="production",code="rewind"}', 1);
    await served.deliver();
    const samples = await scrapeUntil(served, 'enclosure_dead_letters_total{environment="production"}', 1);
    const of = (name: string, more = ''): number | undefined =>
      samples.get(`enclosure_${name}_total{environment="production"${more}}`);
    expect(of('deployments', ',outcome="refused"')).toBe(1);
    expect(of('deployments', ',outcome="failed"')).toBe(1);
    expect(of('failures', ',code="repository-denied"')).toBe(1);
    expect(of('drift_znodes')).toBe(1);
    expect([...samples.keys()].join('\n')).not.toContain('canary');
  });

  it('counts what runs and waits, and forgets it when it has run', async () => {
    let finish = (): void => undefined;
    const running = new Promise<void>((resolve) => (finish = resolve));
    const enclosure = fakeEnclosure(({ environment }) => running.then(() => syncReport(environment)));
    const served = await start({ enclosure });
    await waitFor('the first reconciles', () => enclosure.scheduled.length === 2);
    await served.deliver();
    await scrapeUntil(served, 'enclosure_queue_length', 1);
    finish();
    await scrapeUntil(served, 'enclosure_queue_length', 0);
  });
});
