/**
 * What others can import, name by name. It is a contract: a name that goes, or that comes, is meant, and stands in the
 * CHANGELOG. That the packed package has them: test/integration/package/installed.test.ts.
 */
import { expect, test } from 'vitest';
import packageJson from '../../../package.json' with { type: 'json' };
import { sourceFiles } from './source-files.ts';

const values = (text: string): string[] => namesIn(text, /^export \{([^}]*)\} from/gmu);
const types = (text: string): string[] => [
  ...namesIn(text, /^export type \{([^}]*)\} from/gmu),
  ...[...text.matchAll(/\btype (\w+)(?=[^{]*\} from)/gu)].map(([, name = '']) => name),
];

const libraries = {
  enclosure: {
    values: ['EnclosureError', 'createEnclosure', 'isEnclosureError', 'loadConfiguration'],
    types: [
      'AtQuestion',
      'AwaitOptions',
      'AwaitedMembers',
      'Blame',
      'BlameQuestion',
      'Configuration',
      'DeploymentDetails',
      'DeploymentRecord',
      'Enclosure',
      'Ensemble',
      'Environment',
      'EnvironmentAt',
      'EnvironmentStatus',
      'ErrorCode',
      'ExportReport',
      'ExportRequest',
      'History',
      'HistoryOptions',
      'HistoryQuestion',
      'Hold',
      'HoldEvent',
      'HoldWish',
      'MembersReport',
      'NotedHistory',
      'Outcome',
      'Plan',
      'PlanReport',
      'Progress',
      'Reason',
      'Refusal',
      'RepairReport',
      'RepairRequest',
      'Repository',
      'ResumeRequest',
      'RollbackRequest',
      'RunOptions',
      'Step',
      'SyncReport',
      'SyncRequest',
      'SyncResult',
      'Verification',
    ],
  },
  agent: {
    values: ['EnclosureError', 'download', 'isEnclosureError', 'join'],
    types: [
      'AgentEvent',
      'Config',
      'ConfigChange',
      'ConnectOptions',
      'ErrorCode',
      'JoinOptions',
      'Member',
      'Membership',
      'Receipt',
      'RejectedRevision',
    ],
  },
  cache: {
    values: ['EnclosureError', 'bulkCache', 'isEnclosureError'],
    types: [
      'BulkCache',
      'BulkCacheOptions',
      'CacheEvent',
      'CacheState',
      'Codec',
      'Connection',
      'Counters',
      'ErrorCode',
      'Fill',
      'GetOptions',
      'Invalidation',
      'Level1',
      'Level2',
      'Progress',
    ],
  },
};

test.each(Object.entries(libraries))('%s exports these names and no others', (folder, names) => {
  const text = sourceFiles(`src/${folder}`).find(({ path }) => path === `src/${folder}/index.ts`)?.text ?? '';
  // Nothing that the expressions here would miss.
  expect(text).not.toMatch(/^export (?!\{|type \{)/mu);
  expect({ values: values(text).toSorted(), types: types(text).toSorted() }).toEqual(names);
});

test('these are the places that can be imported', () => {
  expect(Object.keys(packageJson.exports)).toEqual([
    '.',
    './agent',
    './cache',
    './schemas/*',
    './package.json',
  ]);
  expect(packageJson).not.toHaveProperty('dependencies');
});

function namesIn(text: string, statement: RegExp): string[] {
  return [...text.matchAll(statement)].flatMap(([, list = '']) =>
    list
      .split(',')
      .map((name) => name.trim())
      .filter((name) => name !== '' && !name.startsWith('type ')),
  );
}
