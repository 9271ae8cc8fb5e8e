/** The built command as processes of its own, on the environment of a fixture: what must be killed, frozen or told apart. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { inject, onTestFinished } from 'vitest';
import type { SyncJson } from '../../src/report/documents/sync-json.ts';
import { buildEnclosure } from '../../harness/build-enclosure.ts';
import { createEnvironment, type EnvironmentFixture } from '../../harness/environment-fixture.ts';

export interface Ended {
  /** Null when a signal ended it. */
  readonly code: number | null;
  readonly stderr: string;
  /** The document that `--json` printed; undefined where there is none. */
  readonly document: SyncJson | undefined;
}

export interface Running {
  signal(name: NodeJS.Signals): void;
  /** Settles when the process has ended. */
  readonly ended: Promise<Ended>;
}

export interface BuiltCommand {
  readonly directory: string;
  /** Runs `enclosure ...argv --json` with a configuration that `configurationOf` made. */
  start(configuration: string, ...argv: readonly string[]): Running;
  remove(): Promise<void>;
}

export async function buildCommand(): Promise<BuiltCommand> {
  const built = await buildEnclosure();
  return {
    directory: built.directory,
    start(configuration, ...argv) {
      const env = { PATH: process.env['PATH'], HOME: built.directory, CANARY: 'canary-5ecret' };
      const args = [built.entry, ...argv, '--json', '--config', configuration];
      const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
      let [stdout, stderr] = ['', ''];
      child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
      child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
      onTestFinished(() => void child.kill('SIGKILL'));
      const ended = once(child, 'close').then((): Ended => {
        const document = stdout === '' ? undefined : (JSON.parse(stdout) as SyncJson);
        return { code: child.exitCode, stderr, document };
      });
      return { signal: (name) => child.kill(name), ended };
    },
    remove: () => built.remove(),
  };
}

/** An environment on the shared server, for one test. */
export async function environment(): Promise<EnvironmentFixture> {
  const fixture = await createEnvironment(inject('zookeeper'));
  onTestFinished(() => fixture.remove());
  return fixture;
}

let written = 0;

/** Writes the configuration of a fixture's environment; `keys` replace or join those of the environment. */
export async function configurationOf(
  { git, configuration, environment: { name, znode, stateRoot } }: EnvironmentFixture,
  change: {
    readonly connect?: string;
    readonly sessionTimeout?: string;
    readonly client?: string;
    readonly keys?: object;
  } = {},
): Promise<string> {
  const { connect = inject('zookeeper'), sessionTimeout = '10s', client = 'wire', keys = {} } = change;
  const path = join(configuration.cacheDirectory, `enclosure-${(written += 1)}.yaml`);
  const document = {
    version: 1,
    stateRoot,
    // Each process on a machine of its own.
    cacheDirectory: join(configuration.cacheDirectory, `cache-${written}`),
    allowLocalRepositories: true,
    ensembles: { main: { connect, sessionTimeout, client } },
    repositories: { config: { url: git.url } },
    environments: {
      [name]: { repository: 'config', branch: 'main', ensemble: 'main', znode, maxDelete: '100%', ...keys },
    },
  };
  await writeFile(path, JSON.stringify(document));
  return path;
}
