/**
 * Twenty members while revisions are deployed one after the other, each of 300 files that carry one number, in several
 * transactions: nobody ever holds two numbers. First in peace, then while the server is killed and started again, then while
 * the commands that write to disk are killed with SIGKILL around their switches.
 *
 * Each part takes ENCLOSURE_STORM_SECONDS (8).
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createEnvironment, type EnvironmentFixture } from '../../harness/environment-fixture.ts';
import { projectRoot } from '../../harness/project-root.ts';
import { seededRandom } from '../../harness/seeded-random.ts';
import { waitFor } from '../../harness/wait-for.ts';
import { startZooKeeper, type ZooKeeperServer } from '../../harness/zookeeper-server.ts';
import { configurationOf } from './built-command.ts';

const seconds = Number(process.env['ENCLOSURE_STORM_SECONDS'] ?? 8);
const files = 300;
const libraries = { processes: 2, each: 6 };
const commands = 8;

interface Seen {
  readonly revision: number;
  readonly files: number;
  readonly numbers: readonly string[];
}

let server: ZooKeeperServer;
let fixture: EnvironmentFixture;
let configuration: string;
let directory: string;
let number = 0;
const seen: Seen[] = [];
const disks: Seen[] = [];
const libraryProcesses: ChildProcess[] = [];
const agents: { child: ChildProcess; readonly out: string }[] = [];
const watching = new AbortController();
let watchers: Promise<void>[] = [];

beforeAll(async () => {
  server = await startZooKeeper();
  fixture = await createEnvironment(server.connect);
  await fixture.client.close();
  configuration = await configurationOf(fixture, { connect: server.connect });
  directory = await mkdtemp(join(tmpdir(), 'enclosure-storm-'));
  await deploy();
  const { name, stateRoot } = fixture.environment;
  for (let index = 0; index < libraries.processes; index += 1) {
    const script = join(projectRoot, 'test/e2e/storm-members.mjs');
    const args = [script, server.connect, stateRoot, name, String(libraries.each)];
    const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] });
    createInterface(child.stdout).on('line', (line) => seen.push(JSON.parse(line) as Seen));
    child.on(
      'exit',
      (code, signal) => !watching.signal.aborted && console.log('a process of members ended', code, signal),
    );
    libraryProcesses.push(child);
  }
  for (let index = 0; index < commands; index += 1) {
    const out = join(directory, `out-${index}`);
    agents.push({ out, child: startAgent(out) });
  }
  await allOn(1);
  watchers = agents.map(({ out }) => watchDirectory(out));
}, 180_000);

afterAll(async () => {
  watching.abort();
  await Promise.all(watchers);
  for (const child of [...libraryProcesses, ...agents.map((agent) => agent.child)]) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
  }
  await fixture.git.remove();
  await server.stop();
  await rm(fixture.configuration.cacheDirectory, { recursive: true, force: true, maxRetries: 5 });
  await rm(directory, { recursive: true, force: true, maxRetries: 5 });
});

function startAgent(out: string): ChildProcess {
  const { name, stateRoot } = fixture.environment;
  const where = ['--connect', server.connect, '--state-root', stateRoot, '--session-timeout', '4s'];
  const command = [
    join(projectRoot, 'dist/enclosure.js'),
    'join',
    name,
    ...where,
    '--out',
    out,
    '--name',
    'command-',
  ];
  return spawn(process.execPath, command, { stdio: 'ignore' });
}

/**
 * The next number in every file. By the command, so that this process holds no session while the server is killed; what
 * fails then is tried again.
 */
async function deploy(): Promise<void> {
  number += 1;
  const text = `${number} ${'.'.repeat(4000)}`;
  fixture.git.commit(
    Object.fromEntries(Array.from({ length: files }, (_, file) => [`d${file % 10}/f${file}`, text])),
  );
  const command = [join(projectRoot, 'dist/enclosure.js'), 'sync', 'production', '--config', configuration];
  await waitFor(
    'a deployment',
    async () => {
      const child = spawn(process.execPath, command, { stdio: 'ignore' });
      const [code] = (await once(child, 'exit')) as [number | null];
      return code === 0;
    },
    120_000,
  );
}

/** Waits until all twenty run this revision; fails with who does not. A killed one's znode stays for a while. */
async function allOn(revision: number): Promise<void> {
  await waitFor(
    `all members to run revision ${revision}`,
    async () => {
      const { members } = await fixture.enclosure.members('production');
      const running = members.filter(({ receipt }) => (receipt?.revision ?? 0) >= revision);
      if (running.length === libraries.processes * libraries.each + commands) return true;
      throw new Error(members.map(({ name, receipt }) => `${name}: ${receipt?.revision}`).join(', '));
    },
    120_000,
  );
}

/** Reads what `current` leads to, again and again, as an application would: the link once, then the files. */
async function watchDirectory(out: string): Promise<void> {
  while (!watching.signal.aborted) {
    await delay(20);
    const found = await lookAt(out).catch((error: unknown) => {
      // It was read for longer than two revisions take, or was not there yet.
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    });
    if (found !== undefined) disks.push(found);
  }
}

async function lookAt(out: string): Promise<Seen> {
  const current = await realpath(join(out, 'current'));
  const names = await readdir(current, { recursive: true, withFileTypes: true });
  const found = names.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const texts = await Promise.all(found.map((file) => readFile(file, 'utf8')));
  const numbers = new Set(texts.map((text) => text.split(' ', 1)[0] ?? ''));
  return { revision: 0, files: found.length, numbers: [...numbers] };
}

async function storm(meanwhile: (isOver: () => boolean) => Promise<void>): Promise<void> {
  const end = Date.now() + seconds * 1000;
  const isOver = (): boolean => Date.now() >= end;
  const [before, disksBefore, first] = [seen.length, disks.length, number];
  const deploying = (async () => {
    while (!isOver()) await deploy();
  })();
  await Promise.all([deploying, meanwhile(isOver)]);
  // Everybody arrives at the last revision.
  await deploy();
  const revision = await waitFor('the revision', async () => {
    const [status] = await fixture.enclosure.status(['production']);
    return status?.state?.phase === 'applied' && status.state.revision;
  });
  await allOn(revision);
  const handedOut = seen.slice(before);
  const onDisk = disks.slice(disksBefore);
  console.log(
    `${number - first} revisions, ${handedOut.length} snapshots handed out, ${onDisk.length} directories read`,
  );
  expect(handedOut.length).toBeGreaterThan(libraries.processes * libraries.each);
  expect(new Set(onDisk.map(({ numbers }) => numbers[0])).size).toBeGreaterThan(1);
  const isWhole = (one: Seen): boolean => one.numbers.length === 1 && one.files === files;
  expect(handedOut.filter((one) => !isWhole(one))).toEqual([]);
  expect(onDisk.filter((one) => !isWhole(one))).toEqual([]);
  for (const { out } of agents) {
    expect(
      await waitFor('the last number on disk', async () => (await lookAt(out)).numbers[0] === `${number}`),
    ).toBe(true);
  }
}

const limit = (seconds + 400) * 1000;

test('in peace nobody ever holds half a revision', () => storm(async () => undefined), limit);

test(
  'nor while the server is killed and started again',
  () =>
    storm(async (isOver) => {
      while (!isOver()) {
        await delay(1_500);
        await server.signal('SIGKILL');
        await server.restart();
      }
    }),
  limit,
);

test(
  'F58: nor while agents are killed around their switches',
  () =>
    storm(async (isOver) => {
      const random = seededRandom(58);
      let kills = 0;
      while (!isOver()) {
        await delay(random() * 400);
        const agent = agents[kills % agents.length];
        if (agent === undefined) throw new Error('no agents');
        const exited = once(agent.child, 'exit');
        agent.child.kill('SIGKILL');
        await exited;
        agent.child = startAgent(agent.out);
        kills += 1;
      }
      console.log(`${kills} agents killed`);
    }),
  limit,
);
