/**
 * `osls package` on serverless.yml, as whoever deploys runs it, but without an account: in a copy of the project that
 * holds what the package may come from, and things that must not get into it.
 */
import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Template } from './template.ts';
import { namesInZip } from './zip.ts';

export const root = join(import.meta.dirname, '../../..');
const osls = join(root, 'test/deploy/node_modules/osls/bin/serverless.js');

export interface PackagedService {
  readonly template: Template;
  /** The files in the zip of a function. */
  filesOf(name: string): Promise<string[]>;
  remove(): Promise<void>;
}

/** @param parameters more of serverless.yml's, or others than these */
export async function packageService(
  parameters: Readonly<Record<string, string>> = {},
  { stage = 'production', configuration = false } = {},
): Promise<PackagedService> {
  const directory = await mkdtemp(join(tmpdir(), 'enclosure-deploy-'));
  await Promise.all([
    cp(join(root, 'serverless.yml'), join(directory, 'serverless.yml')),
    cp(join(root, 'infra'), join(directory, 'infra'), { recursive: true }),
    addBundles(directory, configuration),
    addOtherFiles(directory),
  ]);
  const all = {
    image: `000000000000.dkr.ecr.eu-central-1.amazonaws.com/enclosure-sync@sha256:${'5'.repeat(64)}`,
    vpc: 'vpc-1',
    subnets: 'subnet-a,subnet-b',
    ...parameters,
  };
  const parameterArguments = Object.entries(all).flatMap(([name, value]) => ['--param', `${name}=${value}`]);
  // Nothing of this machine's own: no account, no region, no settings below its home directory.
  const env = { PATH: process.env['PATH'], HOME: directory, SLS_TELEMETRY_DISABLED: '1' };
  await promisify(execFile)(
    process.execPath,
    [osls, 'package', '--stage', stage, '--region', 'eu-central-1', ...parameterArguments],
    { cwd: directory, env },
  );
  const output = join(directory, '.serverless');
  const text = await readFile(join(output, 'cloudformation-template-update-stack.json'), 'utf8');
  return {
    template: JSON.parse(text) as Template,
    filesOf: async (name) => namesInZip(await readFile(join(output, `${name}.zip`))).toSorted(),
    remove: () => rm(directory, { recursive: true, force: true }),
  };
}

/** Stand-ins: what is in a bundle is another test's business. */
async function addBundles(directory: string, configuration: boolean): Promise<void> {
  const folder = join(directory, 'dist/functions');
  await mkdir(folder, { recursive: true });
  const names = ['webhook', 'sync', 'reconcile'].flatMap((name) => [`${name}.mjs`, `${name}.mjs.map`]);
  if (configuration) names.push('enclosure.yaml');
  await Promise.all(names.map((name) => writeFile(join(folder, name), `// ${name}`)));
}

async function addOtherFiles(directory: string): Promise<void> {
  await mkdir(join(directory, 'node_modules/other'), { recursive: true });
  const names = [
    '.env',
    'enclosure.yaml',
    'package.json',
    'dist/enclosure.js',
    'node_modules/other/index.js',
  ];
  await Promise.all(names.map((name) => writeFile(join(directory, name), '{}')));
}
