import type { Row } from '../../../bench/compare/recorder.ts';
import type { RunFacts } from '../../../bench/compare/result.ts';
import type { RowId, Subject } from '../../../bench/compare/subjects.ts';

/** A row as a run without trouble leaves it. */
export function row(id: RowId, samples: readonly number[], more: Partial<Row> = {}): Row {
  const [activity, workload, contestant] = id.split('/') as [
    Subject['activity'],
    Subject['workload'],
    Subject['contestant'],
  ];
  return { activity, workload, contestant, samples, peaksMiB: [], disturbed: 0, busy: false, ...more };
}

export const facts: RunFacts = {
  date: '2026-01-02T03:04:05.000Z',
  mode: 'full',
  rounds: 5,
  machine: {
    cpu: 'A CPU',
    cores: 2,
    memoryMiB: 8192,
    system: 'Debian (Linux 6.1, x64)',
    node: 'v20.20.0',
    java: 'openjdk 17',
    zookeeper: '3.8.0',
    git: 'git version 2.39.5',
    python: 'Python 3.11.2',
    kazoo: '2.8.0',
  },
  enclosure: { version: '1.2.3', commit: '0123456789abcdef', changedSinceCommit: false },
  server: {} as RunFacts['server'],
  remarks: [],
};
