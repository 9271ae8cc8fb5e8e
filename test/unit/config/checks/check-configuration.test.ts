import { expect, test } from 'vitest';
import { checkConfiguration } from '../../../../src/config/checks/check-configuration.ts';
import { example } from '../example.ts';
import { problemsOf } from '../problems-of.ts';

test('the complete example has no problems', () => {
  expect(problemsOf(example())).toEqual([]);
});

const environmentKeys =
  'repository, branch, directory, ensemble, znode, layout, prune, maxDelete, unsupported, drift, allowRewind, acl';
const secretForm = '{ env: NAME }, { file: PATH }, { ssm: NAME } or { secretsManager: ID }';

test.each<[title: string, replaced: Record<number, string | null>, problem: string]>([
  ['a version that is not 1', { 1: 'version: 2' }, '1:10 | version | expected 1 | found 2'],
  ['a missing version', { 1: null }, '1:1 | version | expected 1 | found nothing: the key is missing'],
  [
    'an unknown key, with the keys that there are',
    { 24: '    pruned: false' },
    `24:5 | environments.production.pruned | expected one of the keys ${environmentKeys} | found the unknown key "pruned"`,
  ],
  [
    'a merge key, which YAML 1.2 does not have',
    { 24: '    <<: { prune: false }' },
    `24:5 | environments.production.<< | expected one of the keys ${environmentKeys} | found the unknown key "<<"`,
  ],
  [
    'a key without a value',
    { 19: '    branch:' },
    '19:5 | environments.production.branch | expected the name of a branch | found nothing: the key has no value',
  ],
  [
    'a required key that is missing',
    { 19: null },
    '17:3 | environments.production.branch | expected the name of a branch | found nothing: the key is missing',
  ],
  [
    'a list in the place of a map',
    { 5: 'ensembles: []', 6: null, 7: null, 8: null, 9: null },
    '5:1 | ensembles | expected a map from names to ensembles | found an empty list',
  ],
  [
    'a name with capitals',
    { 17: '  Production:' },
    '17:3 | environments.Production | expected a name of lower-case letters, digits and, inside, dots, dashes and underscores | found "Production"',
  ],
  [
    'a duration without its unit',
    { 8: '    sessionTimeout: 10' },
    '8:21 | ensembles.main.sessionTimeout | expected a duration such as 10s, 500ms or 2m | found 10',
  ],
  [
    'a secret in clear, which is not repeated',
    { 14: '    webhookSecret: hunter2' },
    `14:20 | repositories.config.webhookSecret | expected ${secretForm}, or a list of two of them while a secret is rotated | found a secret in clear`,
  ],
  [
    'a secret in clear in a list',
    { 14: '    webhookSecret: [{ env: A }, hunter2]' },
    `14:33 | repositories.config.webhookSecret.1 | expected ${secretForm}, or a list of two of them while a secret is rotated | found a secret in clear`,
  ],
  [
    'credentials in clear',
    { 9: '    auth: [{ scheme: digest, credentials: "u:hunter2" }]' },
    `9:43 | ensembles.main.auth.0.credentials | expected ${secretForm} | found a secret in clear`,
  ],
  [
    'three webhook secrets',
    { 14: '    webhookSecret: [{ env: A }, { env: B }, { env: C }]' },
    `14:5 | repositories.config.webhookSecret | expected ${secretForm}, or a list of two of them while a secret is rotated | found a list`,
  ],
  [
    'auth that is a secret in clear, which is not repeated',
    { 9: '    auth: digest:u:hunter2' },
    '9:11 | ensembles.main.auth | expected a list of { scheme, credentials } | found a string',
  ],
  [
    'another provider',
    { 13: '    provider: sourcehut' },
    '13:15 | repositories.config.provider | expected github | found "sourcehut"',
  ],
  [
    'a share over 100 %',
    { 25: '    maxDelete: 120%' },
    '25:16 | environments.production.maxDelete | expected a percentage such as 20%, or a count | found "120%"',
  ],
  [
    'a negative count',
    { 25: '    maxDelete: -1' },
    '25:16 | environments.production.maxDelete | expected a percentage such as 20%, or a count | found -1',
  ],
  [
    'a layout that does not exist',
    { 23: '    layout: files' },
    '23:13 | environments.production.layout | expected file or directory | found "files"',
  ],
  [
    'yes, which is a string in YAML 1.2',
    { 24: '    prune: yes' },
    '24:12 | environments.production.prune | expected true or false | found "yes"',
  ],
  [
    'permissions with a letter twice',
    { 29: '    acl: [{ scheme: world, id: anyone, permissions: rr }]' },
    '29:53 | environments.production.acl.0.permissions | expected letters of cdrwa, each once | found "rr"',
  ],
  [
    'an access control list without entries',
    { 29: '    acl: []' },
    '29:5 | environments.production.acl | expected at least one entry | found an empty list',
  ],
  [
    'a key that stands twice',
    { 20: '    branch: other' },
    '20:5 |  | expected every key once | found a key that stands twice in one map',
  ],
  ['a tab', { 19: '\tbranch: main' }, '19:1 |  | expected spaces for indentation | found a tab'],
  [
    'a tag',
    { 19: '    branch: !secret hunter2' },
    '19:13 |  | expected no tags | found a tag that YAML 1.2 does not know',
  ],
  [
    'an alias without its anchor',
    { 19: '    branch: *hunter2' },
    '19:13 |  | expected an anchor before its alias | found an alias without its anchor',
  ],
  [
    'the key __proto__, which would be dropped in silence',
    { 17: '  __proto__:' },
    '17:3 |  | expected a key of the schema | found the key __proto__',
  ],
])('%s is refused with its place', (_title, replaced, problem) => {
  expect(problemsOf(example(replaced))).toContain(problem);
  expect(problemsOf(example(replaced)).join()).not.toContain('hunter2');
});

test('every problem is reported at once, in the order of the lines, across schema and cross checks', () => {
  const text = example({
    8: '    sessionTimeout: soon',
    18: '    repository: nowhere',
    34: '    znode: relative',
  });
  expect(problemsOf(text).map((line) => line.split(' | ').slice(0, 2).join(' '))).toEqual([
    '8:21 ensembles.main.sessionTimeout',
    '18:17 environments.production.repository',
    '34:12 environments.staging.znode',
  ]);
});

test('a name whose entry is invalid is still a known name', () => {
  const problems = problemsOf(example({ 13: '    provider: sourcehut' }));
  expect(problems).toHaveLength(1);
});

test('a configuration without environments is refused', () => {
  const head = example().split('\n').slice(0, 15).join('\n');
  expect(problemsOf(`${head}\nenvironments: {}`)).toEqual([
    '16:1 | environments | expected at least one environment | found none',
  ]);
});

test.each(['', '# nothing', 'null', '42', '- a'])('the document %j is refused', (text) => {
  expect(problemsOf(text)[0]).toMatch(/^1:1 \| {2}\| expected a map with the keys version, /);
});

test('one problem gives one sentence with its place and what to do; several give a list', () => {
  const one = () => checkConfiguration(example({ 14: '    webhookSecret: hunter2' }), 'e.yaml');
  expect(one).toThrow(
    'repositories.config.webhookSecret is not valid (e.yaml:14:20); expected { env: NAME }, { file: PATH }, { ssm: NAME } or { secretsManager: ID }, or a list of two of them while a secret is rotated; found a secret in clear. Put it into an environment variable, a file',
  );
  const two = () => checkConfiguration(example({ 1: 'version: 2', 24: '    prune: 1' }), 'e.yaml');
  expect(two).toThrow(
    'e.yaml has 2 problems:\n  e.yaml:1:10: version: expected 1; found 2\n  e.yaml:24:12: environments.production.prune: expected true or false; found 1',
  );
});
