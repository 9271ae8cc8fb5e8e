/**
 * A real Apache ZooKeeper server of our own, on a free loopback port, with its data in a temporary directory. It can be
 * killed, stopped, continued and started again on the same data, which is what the fault tests need. Whoever starts one
 * ends it: `stop` kills by pid and removes the directory.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { Distribution } from '../scripts/setup/zookeeper-distribution.mjs';
import { freePort } from './free-port.ts';
import { isFrozen } from './frozen.ts';
import { waitFor } from './wait-for.ts';
import { whenWeDie } from './when-we-die.ts';
import { requireDistribution } from './zookeeper-distribution.ts';

export interface ServerOptions {
  /** Lines of zoo.cfg that replace or join the defaults. */
  readonly settings?: Readonly<Record<string, string | number>>;
  /** Java system properties, for example `{ 'jute.maxbuffer': 100_000 }`. */
  readonly properties?: Readonly<Record<string, string | number>>;
  /** Out of reach of Ctrl-C on the terminal: whoever started it ends it, after those who still use it. */
  readonly detached?: boolean;
}

export interface ZooKeeperServer {
  /** `127.0.0.1:port`. */
  readonly connect: string;
  readonly port: number;
  readonly pid: number;
  /** Sends a signal to the server: SIGKILL to crash it, SIGSTOP and SIGCONT to freeze it. Waits until it has taken effect. */
  signal(name: 'SIGKILL' | 'SIGSTOP' | 'SIGCONT'): Promise<void>;
  /** Starts it again on the same port and data after a SIGKILL. */
  restart(): Promise<void>;
  /** The answer to a four-letter word, for example `wchs`. */
  command(word: string): Promise<string>;
  /** Ends it and removes its data. */
  stop(): Promise<void>;
}

const defaults = {
  tickTime: 500,
  minSessionTimeout: 1000,
  maxSessionTimeout: 60_000,
  maxClientCnxns: 0,
  'admin.enableServer': 'false',
  '4lw.commands.whitelist': '*',
};

/** Distributions that log through logback print everything unless they are told otherwise. */
const quietLogback =
  '<configuration><appender name="E" class="ch.qos.logback.core.ConsoleAppender"><target>System.err</target>' +
  '<encoder><pattern>%msg%n%ex</pattern></encoder></appender>' +
  '<root level="WARN"><appender-ref ref="E"/></root></configuration>';

export async function startZooKeeper(options: ServerOptions = {}): Promise<ZooKeeperServer> {
  const distribution = requireDistribution();
  const directory = await mkdtemp(join(tmpdir(), 'enclosure-zookeeper-'));
  const port = await freePort();
  await mkdir(join(directory, 'data'));
  const settings = {
    ...defaults,
    ...options.settings,
    dataDir: join(directory, 'data'),
    clientPort: port,
    clientPortAddress: distribution.bindAddress,
  };
  await writeFile(
    join(directory, 'zoo.cfg'),
    Object.entries(settings)
      .map(([key, value]) => `${key}=${value}\n`)
      .join(''),
  );
  await writeFile(join(directory, 'logback.xml'), quietLogback);
  const remove = (): Promise<void> => rm(directory, { recursive: true, force: true, maxRetries: 5 });
  let server = await launch(distribution, directory, port, options).catch(async (error: unknown) => {
    await remove();
    throw error;
  });
  return {
    connect: `127.0.0.1:${port}`,
    port,
    get pid() {
      return server.child.pid ?? -1;
    },
    async signal(name) {
      const exited = name === 'SIGKILL' ? once(server.child, 'exit') : undefined;
      server.signal(name);
      await exited;
      // With Docker the server's process is not ours to look at.
      if (name === 'SIGSTOP' && distribution.signal === undefined) {
        await waitFor('the server to stand still', () => isFrozen(server.child.pid ?? -1));
      }
    },
    async restart() {
      server = await launch(distribution, directory, port, options);
    },
    command: (word) => exchange(port, Buffer.from(word)).then((answer) => answer.toString()),
    async stop() {
      if (server.child.exitCode === null && server.child.signalCode === null) {
        const exited = once(server.child, 'exit');
        server.signal('SIGKILL');
        await exited;
      }
      await remove();
    },
  };
}

interface RunningServer {
  readonly child: ChildProcess;
  signal(name: NodeJS.Signals): void;
}

async function launch(
  distribution: Distribution,
  directory: string,
  port: number,
  options: ServerOptions,
): Promise<RunningServer> {
  const properties = { 'zookeeper.forceSync': 'no', ...options.properties };
  const name = `${basename(directory)}-${port}`;
  const [program = 'java', ...args] = distribution.command({
    directory,
    port,
    name,
    options: [
      '-Xmx1g',
      '-XX:+UseSerialGC',
      ...Object.entries(properties).map(([key, value]) => `-D${key}=${value}`),
    ],
  });
  const child = spawn(program, args, {
    stdio: ['ignore', 'ignore', 'pipe'],
    detached: options.detached ?? false,
  });
  let tail = '';
  child.stderr?.on('data', (chunk: Buffer) => (tail = (tail + chunk.toString()).slice(-4000)));
  const signal = (signalName: NodeJS.Signals): void => {
    if (distribution.signal === undefined) child.kill(signalName);
    else distribution.signal(name, signalName);
  };
  // The server dies with us even when the test process is killed: nothing survives a crashed run.
  const killCommand = distribution.killCommand?.(name) ?? ['kill', '-9', String(child.pid)];
  child.once('exit', whenWeDie(killCommand, directory));
  try {
    await waitFor(`a ZooKeeper session on port ${port}`, async () => {
      if (child.exitCode !== null) throw new Error(`the server ended with ${child.exitCode}: ${tail}`);
      return await acceptsSessions(port);
    });
    return { child, signal };
  } catch (error) {
    signal('SIGKILL');
    throw error;
  }
}

/** `ruok` answers before sessions are accepted, so a session is tried. */
export async function acceptsSessions(port: number, host = '127.0.0.1'): Promise<boolean> {
  const request = Buffer.alloc(48);
  request.writeInt32BE(44, 0);
  request.writeInt32BE(4000, 16);
  request.writeInt32BE(16, 28);
  const answer = await exchange(port, request, 4, host).catch(() => Buffer.alloc(0));
  return answer.length >= 4;
}

/** Sends bytes, collects the answer until the server closes or `enough` bytes are there. */
async function exchange(port: number, bytes: Buffer, enough = Infinity, host = '127.0.0.1'): Promise<Buffer> {
  const socket = connect(port, host);
  socket.setTimeout(1000, () => socket.destroy(new Error('no answer')));
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    socket.write(bytes);
    for await (const chunk of socket as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      length += chunk.length;
      if (length >= enough) break;
    }
    return Buffer.concat(chunks);
  } finally {
    socket.destroy();
  }
}
