/** What docs/deploy.md tells people to type and to look up is there, under the names that it uses. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { parse } from 'yaml';
import { loadConfiguration } from '../../../src/config/load-configuration.ts';
import { EnclosureError, type ErrorCode } from '../../../src/base/enclosure-error.ts';
import { packageService, root, type PackagedService } from './package-service.ts';
import { ofType, resourcesOf } from './template.ts';

let service: PackagedService;
let text: string;
let emptyAccount: string;

beforeAll(async () => {
  service = await packageService();
  text = await readFile(join(root, 'docs/deploy.md'), 'utf8');
  emptyAccount = await readFile(join(root, 'infra/empty-account.yml'), 'utf8');
});
afterAll(() => service.remove());

const matches = (pattern: RegExp, within = text): string[] =>
  [...within.matchAll(pattern)].map(([, found]) => found ?? '');

test('every alarm has its section, and every section its alarm', () => {
  const alarms = Object.values(ofType(resourcesOf(service.template), 'AWS::CloudWatch::Alarm')).map(
    ({ Properties }) => String(Properties['AlarmName']).replace('enclosure-production-', ''),
  );
  const [, chapter = ''] = text.split('\n## When an alarm rings\n');
  const sections = matches(/^### (\S+)$/gmu, chapter.split('\n## ')[0]);
  expect(sections.toSorted()).toEqual(alarms.toSorted());
});

test('every parameter is explained, with its default', async () => {
  const { params } = parse(await readFile(join(root, 'serverless.yml'), 'utf8'), { logLevel: 'silent' }) as {
    readonly params: { readonly default: Readonly<Record<string, string | number>> };
  };
  const [, chapter = ''] = text.split('\n## Parameters of the deployment\n');
  const rows = (chapter.split('\n## ')[0] ?? '').split('\n').filter((line) => line.startsWith('| `'));
  for (const [name, value] of Object.entries(params.default)) {
    const row = rows.find((line) => line.split('|')[1]?.includes(`\`${name}\``));
    if (row === undefined) throw new Error(`no row for ${name}`);
    if (value !== '') expect(row).toContain(`${value}`.replace('${sls:stage}', 'STAGE'));
  }
  expect(rows.flatMap((row) => matches(/`(\w+)`/gu, row.split('|')[1]))).toHaveLength(
    Object.keys(params.default).length,
  );
});

test('every output that is asked for is one of the stack that is asked', () => {
  const ours = matches(/output "enclosure-\$STAGE" (\w+)/gu);
  expect(ours.length).toBeGreaterThanOrEqual(3);
  expect(Object.keys(service.template.Outputs)).toEqual(expect.arrayContaining(ours));
  const playground = matches(/output enclosure-playground (\w+)/gu);
  expect(playground.length).toBeGreaterThanOrEqual(4);
  const [, outputs = ''] = emptyAccount.split('\nOutputs:\n');
  expect(matches(/^ {2}(\w+):$/gmu, outputs)).toEqual(expect.arrayContaining(playground));
});

test('the configuration of the walk-through is valid', async () => {
  const [yaml = ''] = matches(/^```yaml\n# enclosure\.yaml\n([^]+?)^```$/gmu);
  const directory = await mkdtemp(join(tmpdir(), 'enclosure-docs-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  await writeFile(join(directory, 'enclosure.yaml'), yaml);
  const { repositories } = await loadConfiguration({ path: join(directory, 'enclosure.yaml'), env: {} });
  const [config] = repositories.values();
  // Who may read a secret is told by its name.
  expect(config?.webhookSecrets.map(({ origin }) => origin)).toEqual([
    'ssm /enclosure/production/webhook/secret',
  ]);
  expect(config?.credentials?.origin).toBe('ssm /enclosure/production/sync/git-token');
});

test('every code of an error is one that there is', () => {
  const [, chapter = ''] = text.split('\n### failures\n');
  const rows = (chapter.split('\n### ')[0] ?? '').split('\n').filter((line) => line.startsWith('| `'));
  const codes = rows.flatMap((row) => matches(/`([a-z-]+)`/gu, row.split('|')[1]));
  expect(codes.length).toBeGreaterThanOrEqual(10);
  const unknown = codes.filter((code) => {
    try {
      return typeof new EnclosureError(code as ErrorCode, 'any').retryable !== 'boolean';
    } catch {
      return true;
    }
  });
  expect(unknown).toEqual([]);
});

test('every file and script that is named is there', async () => {
  const named = matches(/(?<![\w/.])((?:infra|scripts|docs)\/[\w./-]+\.(?:mjs|yml|yaml|Dockerfile|md))/gu);
  expect(named.length).toBeGreaterThanOrEqual(5);
  await Promise.all([...new Set(named)].map((path) => readFile(join(root, path))));
});

test('the network for an empty account names nothing that it does not have', () => {
  const [, resources = ''] = emptyAccount.split('\nResources:\n');
  const [made = ''] = resources.split('\nOutputs:\n');
  const known = new Set([
    ...matches(/^ {2}(\w+):$/gmu, made),
    ...matches(/^Parameters:\n {2}(\w+):$/gmu, emptyAccount),
  ]);
  const used = [
    ...matches(/!(?:Ref|GetAtt) (\w+)(?![\w:])/gu, emptyAccount),
    ...matches(/\$\{(\w+)(?:\.\w+)?\}/gu, emptyAccount),
    ...matches(/DependsOn: \[?(\w+)/gu, emptyAccount),
  ].filter((name) => name !== 'AWS');
  expect(used.length).toBeGreaterThanOrEqual(20);
  expect(used.filter((name) => !known.has(name))).toEqual([]);
});
