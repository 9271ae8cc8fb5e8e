/** One contestant at work on one repository: how it is started, where its tree is, how all that it left is removed. */
import { rm, writeFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Channel } from '../../src/model/ports/channel.ts';
import type { BenchRepository } from '../make-repository.ts';
import type { ContestantId, WorkloadId } from './subjects.ts';
import { deleteTree } from './walk-tree.ts';

export type Command = readonly [program: string, ...args: string[]];

export interface Track {
  readonly contestant: ContestantId;
  readonly workload: WorkloadId;
  readonly repository: BenchRepository;
  /** Of its tree. */
  readonly root: string;
  /** Fetches the branch, cloning the repository where it has not, and makes the tree its head. */
  readonly update: Command;
  /** The same on the clone as it is; where the contestant can do that. */
  readonly updateFetched?: Command;
  /** Fetches into its clone and does no more. */
  readonly fetch?: Command;
  /** Reads everything and compares; where that is a command of its own. */
  readonly verify?: Command;
  /** Of Enclosure, for use in this process. */
  readonly configuration?: string;
  /** Back to where nothing was ever loaded. */
  remove(channel: Channel): Promise<void>;
}

export interface TrackPlace {
  readonly contestant: ContestantId;
  readonly workload: WorkloadId;
  readonly repository: BenchRepository;
  readonly connect: string;
  /** For clones, caches and configuration. */
  readonly directory: string;
  /** The project's folder. */
  readonly root: string;
}

export const python = '/usr/bin/python3';

const scripts: Readonly<
  Partial<Record<ContestantId, readonly [program: string, script: string, ...options: string[]]>>
> = {
  'kazoo-git-diff': [python, 'kazoo_git_diff.py'],
  'kazoo-git-diff-tuned': [python, 'kazoo_git_diff.py', '--tuned'],
  'kazoo-tree': [python, 'kazoo_read_tree.py'],
  'kazoo-single': [python, 'kazoo_single.py'],
  'node-transactions': [process.execPath, 'node-transactions.mjs'],
};

export async function openTrack(place: TrackPlace): Promise<Track> {
  return place.contestant === 'enclosure' ? await enclosureTrack(place) : scriptTrack(place);
}

async function enclosureTrack(place: TrackPlace): Promise<Track> {
  const { contestant, workload, repository, directory } = place;
  const name = nameOf(place);
  const cacheDirectory = join(directory, name);
  const config = await writeConfiguration(place, name, cacheDirectory);
  const command = join(place.root, 'dist', 'enclosure.js');
  return {
    contestant,
    workload,
    repository,
    root: `/${name}`,
    configuration: config,
    update: [process.execPath, command, 'sync', name, '--config', config],
    verify: [process.execPath, command, 'verify', name, '--verbose', '--config', config],
    async remove(channel) {
      await deleteTree(channel, `/${name}`);
      await deleteTree(channel, `/enclosure/${name}`);
      await rm(cacheDirectory, { recursive: true, force: true });
    },
  };
}

/** Written as JSON, which is YAML. Everything that has a default has it. */
async function writeConfiguration(
  { connect, repository, directory }: Pick<TrackPlace, 'connect' | 'repository' | 'directory'>,
  name: string,
  cacheDirectory: string,
): Promise<string> {
  const path = join(directory, `${name}.yaml`);
  const configuration = {
    version: 1,
    cacheDirectory,
    allowLocalRepositories: true,
    ensembles: { main: { connect } },
    repositories: { config: { url: repository.url, provider: 'github' } },
    environments: {
      [name]: { repository: 'config', branch: 'main', directory: '.', ensemble: 'main', znode: `/${name}` },
    },
  };
  await mkdir(directory, { recursive: true });
  await writeFile(path, JSON.stringify(configuration));
  return path;
}

function scriptTrack(place: TrackPlace): Track {
  const { contestant, workload, repository, connect, directory, root } = place;
  const script = scripts[contestant];
  if (script === undefined) throw new Error(`there is no script for ${contestant}`);
  const name = nameOf(place);
  const clone = join(directory, `${name}.git`);
  const commitZnode = `/${name}-commit`;
  const options = ['--connect', connect, '--url', repository.url, '--clone', clone, '--branch', 'main'];
  const update: Command = [
    script[0],
    join(root, 'bench', 'contestants', script[1]),
    ...script.slice(2),
    ...options,
    '--root',
    `/${name}`,
    ...(contestant.startsWith('kazoo-git-diff') ? ['--commit-znode', commitZnode] : []),
  ];
  return {
    contestant,
    workload,
    repository,
    root: `/${name}`,
    update,
    ...(contestant === 'kazoo-git-diff' && {
      updateFetched: [...update, '--no-fetch'] as const,
      fetch: ['git', '-C', clone, 'fetch', '--quiet', 'origin', '+main:main'] as const,
    }),
    async remove(channel) {
      await deleteTree(channel, `/${name}`);
      await deleteTree(channel, commitZnode);
      await rm(clone, { recursive: true, force: true });
    },
  };
}

function nameOf({ contestant, workload }: TrackPlace): string {
  return `${contestant}-${workload}`;
}
