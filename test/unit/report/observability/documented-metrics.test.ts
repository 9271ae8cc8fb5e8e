import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { createPrometheusMetrics } from '../../../../src/report/observability/prometheus-metrics.ts';

const operations = readFileSync(new URL('../../../../docs/operations.md', import.meta.url), 'utf8');

test('docs/operations.md names every metric that is exposed, and no other', async () => {
  const { text } = await createPrometheusMetrics({ environments: ['a'], queueLength: () => 0 }).expose();
  const exposed = [...text.matchAll(/^# TYPE (?<name>enclosure_\w+) /gmu)].map(
    ({ groups }) => groups?.['name'],
  );
  const rows = [...operations.matchAll(/^\| `(?<name>enclosure_\w+)/gmu)].map(
    ({ groups }) => groups?.['name'],
  );
  expect(new Set(rows)).toEqual(new Set(exposed));
  expect(rows.length).toBeGreaterThan(0);
  const alerts = [...operations.matchAll(/increase\((?<name>\w+)/gu)].map(({ groups }) => groups?.['name']);
  expect(alerts.length).toBeGreaterThan(0);
  expect(exposed).toEqual(expect.arrayContaining(alerts));
});
