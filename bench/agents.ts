/**
 * What the application's side costs: how long a push takes to the file on disk, how much memory an agent needs, how soon
 * many members run a new revision. Whole processes of the built command and library, a ZooKeeper with its defaults.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as turn, setTimeout as delay } from 'node:timers/promises';
import { readMembers } from '../src/state/read-members.ts';
import { openChannel } from '../src/zookeeper/channel/open-channel.ts';
import { createEnvironment, type EnvironmentFixture } from '../harness/environment-fixture.ts';
import { startZooKeeper } from '../harness/zookeeper-server.ts';

const files = 1_000;
const pushes = 200;
const members = { processes: 5, each: 100, revisions: 10 };

export async function benchAgents(root: string): Promise<void> {
  const server = await startZooKeeper({ properties: { 'zookeeper.forceSync': 'yes' } });
  const fixture = await createEnvironment(server.connect);
  try {
    fixture.git.commit(
      Object.fromEntries(
        Array.from({ length: files }, (_, index) => [
          `d${index % 50}/f${index}`,
          `${index}`.padEnd(200, '.'),
        ]),
      ),
    );
    await fixture.sync();
    await benchPushToDisk(root, fixture);
    await benchMembers(root, fixture);
  } finally {
    await fixture.remove();
    await server.stop();
  }
}

async function benchPushToDisk(root: string, fixture: EnvironmentFixture): Promise<void> {
  const out = await mkdtemp(join(tmpdir(), 'enclosure-bench-'));
  const { name, stateRoot, ensemble } = fixture.environment;
  const command = [join(root, 'dist', 'enclosure.js'), 'join', name];
  const options = ['--connect', ensemble.connect, '--state-root', stateRoot, '--out', out];
  const agent = spawn(process.execPath, [...command, ...options], { stdio: ['ignore', 'ignore', 'inherit'] });
  try {
    const [whole, rest]: [number[], number[]] = [[], []];
    await untilOnDisk(out, 'd1/f1', '1'.padEnd(200, '.'));
    for (let push = 1; push <= pushes + 10; push += 1) {
      const content = `push ${push}`;
      fixture.git.commit({ 'd1/f1': content }, { patch: true });
      const begin = performance.now();
      const seen = untilOnDisk(out, 'd1/f1', content);
      await fixture.sync();
      const applied = performance.now();
      await seen;
      // The first ones warm both processes up.
      if (push <= 10) continue;
      whole.push(performance.now() - begin);
      rest.push(Math.max(0, performance.now() - applied));
    }
    const what = `one file of ${files.toLocaleString('en')} changes`;
    print(`${what}: from asking for the sync to the file on disk`, spread(whole));
    print(`${what}: of that, after the sync had returned`, spread(rest));
    const status = await readFile(`/proc/${agent.pid}/status`, 'utf8').catch(() => '');
    for (const [field, name_] of [
      ['VmRSS', 'now'],
      ['VmHWM', 'peak'],
    ] as const) {
      const kiB = Number(new RegExp(`${field}:\\s*(\\d+)`).exec(status)?.[1]);
      print(`memory of that agent, ${name_}`, `${(kiB / 1024).toFixed(0)} MiB`);
    }
  } finally {
    await end(agent, 'SIGTERM');
    await rm(out, { recursive: true, force: true });
  }
}

async function benchMembers(root: string, fixture: EnvironmentFixture): Promise<void> {
  const { name, stateRoot, ensemble } = fixture.environment;
  const script = join(root, 'bench', 'many-members.mjs');
  const args = [script, ensemble.connect, stateRoot, name, String(members.each)];
  const processes = Array.from({ length: members.processes }, () =>
    spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] }),
  );
  // Its exit code says more than the pipe that breaks when it ends early.
  for (const one of processes) one.stdin.on('error', () => undefined);
  const channel = await openChannel({ connect: ensemble.connect, auth: [], sessionTimeoutMs: 30_000 });
  try {
    await Promise.all(processes.map((one) => once(one.stdout, 'data')));
    const times: number[] = [];
    for (let revision = 1; revision <= members.revisions; revision += 1) {
      fixture.git.commit({ 'd1/f1': `members ${revision}` }, { patch: true });
      const { result } = await fixture.sync();
      const applied = performance.now();
      for (;;) {
        const found = await readMembers(channel, fixture.environment);
        const current = found.filter(({ receipt }) => (receipt?.revision ?? 0) >= result.revision);
        if (current.length === members.processes * members.each) break;
        await delay(10);
      }
      times.push(performance.now() - applied);
    }
    print(
      `${members.processes * members.each} members report a new revision, after it was applied`,
      spread(times),
    );
  } finally {
    await channel.close();
    await Promise.all(
      processes.map(async (one) => {
        one.stdin.end();
        await once(one, 'exit');
      }),
    );
  }
}

async function untilOnDisk(out: string, file: string, content: string): Promise<void> {
  for (;;) {
    const found = await readFile(join(out, 'current', file), 'utf8').catch(() => undefined);
    if (found === content) return;
    await turn();
  }
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null) return;
  const exited = once(child, 'exit');
  child.kill(signal);
  await exited;
}

function spread(values: readonly number[]): string {
  const sorted = values.toSorted((one, other) => one - other);
  const at = (share: number): string =>
    `${(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0).toFixed(0)} ms`;
  return `p50 ${at(0.5)}, p99 ${at(0.99)}, slowest ${at(1)}`;
}

function print(what: string, figure: string): void {
  process.stdout.write(`${what.padEnd(72)} ${figure}\n`);
}
