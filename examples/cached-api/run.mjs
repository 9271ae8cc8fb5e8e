/**
 * Plays the example: a ZooKeeper, the API, and five clients at once; then a client that is killed in the middle of its call.
 * What it says of them is checked: it exits with 1 where anything was otherwise. Everything it started is ended.
 *
 *   node examples/cached-api/run.mjs              sets up, builds, and starts a ZooKeeper
 *   node examples/cached-api/run.mjs HOST:PORT    on the ZooKeeper that is there, with what was built before
 */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { buildCommand, importBundled } from '../../scripts/run-bundled.mjs';
import { setup } from '../../scripts/setup.mjs';

const undo = [];
/** So that nothing of an earlier run is found. */
const stateRoot = `/enclosure-example-${randomBytes(4).toString('hex')}`;

try {
  const connect = process.argv[2] ?? (await startEnsemble());
  const directory = await mkdtemp(join(tmpdir(), 'enclosure-example-'));
  undo.push(() => rm(directory, { recursive: true, force: true, maxRetries: 5 }));
  const server = start('server.mjs');
  const api = (await server.says('server: http')).replace('server: ', '');
  const client = (name, day) => start('client.mjs', name, api, connect, directory, day, stateRoot);
  await fiveAtOnce(client, api);
  await oneIsKilled(client, api);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
} finally {
  for (const one of undo.toReversed()) await one();
}
process.exit();

async function startEnsemble() {
  setup();
  buildCommand();
  const { startZooKeeper } = await importBundled('harness/zookeeper-server.ts');
  const server = await startZooKeeper();
  undo.push(() => server.stop());
  return server.connect;
}

async function fiveAtOnce(client, api) {
  console.log('\nFive clients want the same orders at once:');
  const clients = [1, 2, 3, 4, 5].map((number) => client(`client ${number}`, 'monday'));
  await Promise.all(clients.map((one) => one.says('has 950 orders')));
  await claim('the API was called once', async () => (await callsOf(api, 'monday')) === 1);
  await Promise.all(clients.map((one) => one.ended));
  console.log('\nOne that comes later:');
  await client('client 6', 'monday').says('has 950 orders');
  await claim('no further call was made', async () => (await callsOf(api, 'monday')) === 1);
}

async function oneIsKilled(client, api) {
  console.log('\nTwo want other orders, and the one that calls is killed in the middle:');
  const doomed = client('client 7', 'tuesday');
  await doomed.says('calls the API');
  const heir = client('client 8', 'tuesday');
  while ((await callsOf(api, 'tuesday')) === 0) await delay(50);
  doomed.kill();
  await doomed.ended;
  console.log('client 7: killed');
  await heir.says('in place of one that died');
  await heir.says('has 950 orders');
  await claim('the API was called a second time, and no more', async () => {
    return (await callsOf(api, 'tuesday')) === 2;
  });
}

async function callsOf(api, day) {
  return await (await fetch(`${api}/calls?day=${day}`)).json();
}

async function claim(text, holds) {
  if (!(await holds())) throw new Error(`not as said: ${text}`);
  console.log(`✓ ${text}`);
}

/** Prints what the program prints; `says` waits for a line with this text. */
function start(script, ...args) {
  const child = spawn(process.execPath, [join(import.meta.dirname, script), ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines = [];
  const ended = once(child, 'close');
  createInterface(child.stdout).on('line', (line) => {
    lines.push(line);
    console.log(line);
  });
  const kill = () => void child.kill('SIGKILL');
  undo.push(async () => {
    kill();
    await ended;
  });
  return {
    ended,
    kill,
    async says(text) {
      for (;;) {
        const line = lines.find((one) => one.includes(text));
        if (line !== undefined) return line;
        if (child.exitCode !== null || child.signalCode !== null)
          throw new Error(`${script} ended without "${text}"`);
        await delay(20);
      }
    },
  };
}
