/** The words of the comparison: what is measured, on what, by whom. A row is one of each. */

export const contestants = {
  enclosure: 'Enclosure',
  'kazoo-git-diff': 'kazoo, git diff',
  'kazoo-git-diff-tuned': 'kazoo, git diff, tuned',
  'kazoo-tree': 'kazoo, reading the tree',
  'node-transactions': 'node-zookeeper-client, transactions',
  'kazoo-single': 'kazoo, single operations',
  ceiling: "the server's ceiling",
  'ceiling-socket': "the server's ceiling, by the socket's clock",
  node: 'node -e 0',
} as const;

export type ContestantId = keyof typeof contestants;

export const workloads = {
  '1k': '1,000 files of 200 bytes',
  '10k': '10,000 files of 200 bytes',
  '100k': '100,000 files of 200 bytes',
  spread: '3,000 files of up to 900 KB',
  none: '',
} as const;

export type WorkloadId = keyof typeof workloads;

export const activities = {
  load: { title: 'first load', unit: 's' },
  nothing: { title: 'nothing changed', unit: 's' },
  one: { title: 'one file changed', unit: 's' },
  'one-fetched': { title: 'one file changed, fetched before', unit: 's' },
  hundred: { title: '100 files changed', unit: 's' },
  verify: { title: 'full verification', unit: 's' },
  'write-rate': { title: 'znodes/s while writing', unit: 'znodes/s' },
  'read-rate': { title: 'znodes/s while reading', unit: 'znodes/s' },
  warm: { title: 'one file changed, warm process, without the fetch', unit: 'ms' },
  'start-up': { title: 'start-up', unit: 'ms' },
} as const;

export type Activity = keyof typeof activities;

export type RowId = `${Activity}/${WorkloadId}/${ContestantId}`;

export interface Subject {
  readonly activity: Activity;
  readonly workload: WorkloadId;
  readonly contestant: ContestantId;
}

export function rowId({ activity, workload, contestant }: Subject): RowId {
  return `${activity}/${workload}/${contestant}`;
}
