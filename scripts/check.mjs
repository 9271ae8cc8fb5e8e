/**
 * `npm run check`: everything that is held without running the program. One line a check, two at a time; the output of
 * those that fail; exits with 1 when any fails. Names after `--` run only these: `npm run check -- types lint`.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { root, setup } from './setup.mjs';

const bin = (name) => join(root, 'node_modules', '.bin', name);
const project = ['run', '--config', 'test/unit/project/vitest.config.ts'];

const checks = [
  { name: 'types', command: [bin('tsc'), '--project', '.'] },
  { name: 'lint', command: [bin('oxlint'), '--type-aware', '--deny-warnings', '.'] },
  { name: 'format', command: [bin('prettier'), '--check', '--log-level=warn', '.'] },
  { name: 'dead-code', command: [bin('knip'), '--no-progress', '--no-config-hints'] },
  { name: 'imports', command: [bin('vitest'), ...project] },
  { name: 'lockfile', command: [process.execPath, 'scripts/complete-lockfile.mjs', '--check'] },
  { name: 'stages', command: [process.execPath, 'scripts/stages.mjs', '--check'] },
  { name: 'schema', command: [process.execPath, 'scripts/schema.mjs', '--check'] },
];

setup({ zookeeper: false });
const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !checks.some((check) => check.name === name));
if (unknown.length > 0) {
  process.stderr.write(
    `no check ${unknown.join(', ')}; there are ${checks.map(({ name }) => name).join(', ')}\n`,
  );
  process.exit(1);
}

const waiting = checks.filter(({ name }) => wanted.length === 0 || wanted.includes(name));
const failures = [];
await Promise.all([work(), work()]);
for (const { name, output } of failures) process.stdout.write(`\n--- ${name}\n${output.trimEnd()}\n`);
process.exitCode = failures.length === 0 ? 0 : 1;

async function work() {
  for (let check = waiting.shift(); check !== undefined; check = waiting.shift()) {
    const started = performance.now();
    const { ok, output } = await run(check.command);
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    process.stdout.write(`${ok ? 'ok    ' : 'FAILED'} ${check.name.padEnd(10)} ${seconds.padStart(5)} s\n`);
    if (!ok) failures.push({ name: check.name, output });
  }
}

async function run([program, ...args]) {
  const child = spawn(program, args, {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    shell: process.platform === 'win32',
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text) => (output += text));
  }
  const [code] = await once(child, 'close').catch((/** @type {unknown} */ error) => [String(error)]);
  return { ok: code === 0, output };
}
