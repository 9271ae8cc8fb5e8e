/** The alarms and the dashboard are in one world, what the functions write in another: only names and dimensions join them. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { createFunctionMetrics } from '../../../../src/report/observability/function-metrics.ts';
import { capturedOutput } from '../../../unit/report/observability/captured-output.ts';

interface Alarm {
  readonly Type: string;
  readonly Properties: Readonly<Record<string, unknown>>;
}

interface Directives {
  readonly CloudWatchMetrics: readonly {
    readonly Namespace: string;
    readonly Dimensions: readonly (readonly string[])[];
    readonly Metrics: readonly { readonly Name: string }[];
  }[];
}

function infra(name: string): string {
  return readFileSync(new URL(`../../../../infra/${name}.yml`, import.meta.url), 'utf8');
}

const output = capturedOutput();

/** `namespace|metric|dimensions` of everything that CloudWatch would make of what the functions write. */
function written(): Set<string> {
  const metrics = createFunctionMetrics();
  const labels = { environment: 'production' };
  metrics.count('deployments', { ...labels, outcome: 'applied' });
  metrics.count('refusals', { ...labels, code: 'rewind' });
  metrics.count('failures', { ...labels, code: 'aborted' });
  metrics.count('drift', labels);
  metrics.count('dead-letters', labels);
  metrics.duration('lock-wait', labels, 1);
  metrics.duration('push-to-applied', labels, 1);
  metrics.flush();
  const directives = output.lines().flatMap((line) => (line['_aws'] as Directives).CloudWatchMetrics);
  return new Set(
    directives.flatMap(({ Namespace, Dimensions, Metrics }) =>
      Dimensions.flatMap((keys) => Metrics.map(({ Name }) => `${Namespace}|${Name}|${keys.join()}`)),
    ),
  );
}

describe('what infra expects of the functions', () => {
  it('has an alarm on nothing that they do not write', () => {
    const { Resources } = parse(infra('alarms'), { logLevel: 'silent' }) as {
      readonly Resources: Readonly<Record<string, Alarm>>;
    };
    const ours = Object.values(Resources).filter(({ Properties }) => Properties['Namespace'] === 'Enclosure');
    const watched = ours.map(({ Properties: { MetricName, Dimensions = [] } }) => {
      const keys = (Dimensions as readonly { readonly Name: string }[]).map(({ Name }) => Name);
      return `Enclosure|${String(MetricName)}|${keys.join()}`;
    });
    expect(watched).toEqual(
      expect.arrayContaining(['Enclosure|Failures|', 'Enclosure|Refusals|', 'Enclosure|Drift|']),
    );
    expect([...written()]).toEqual(expect.arrayContaining(watched));
  });

  it('draws nothing that they do not write', () => {
    const dashboard = infra('dashboard');
    const found = [
      ...dashboard.matchAll(/\["Enclosure", "(?<name>\w+)", \{/gu),
      ...dashboard.matchAll(/\{Enclosure,(?<keys>[\w,]+)\} MetricName=\\"(?<name>\w+)\\"/gu),
    ];
    const drawn = found.map(({ groups }) => `Enclosure|${groups?.['name']}|${groups?.['keys'] ?? ''}`);
    // Every place that names us was understood.
    expect(drawn).toHaveLength(dashboard.split(/"Enclosure"|\{Enclosure,/u).length - 1);
    expect(drawn.length).toBeGreaterThan(0);
    expect([...written()]).toEqual(expect.arrayContaining(drawn));
  });
});
