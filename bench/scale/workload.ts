/** The files that are loaded: 200 bytes each, 20 a directory, no two alike; and the configuration that maps them. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { File } from './scale-repository.ts';

const size = 200;
export const filesPerDirectory = 20;
const directoriesPerGroup = 100;

/**
 * In a directory of a directory: `g000/d00/f0.txt` and so on, 100 directories in one. Flat, a million files would be 50,000
 * names in one directory, which git's fast-import searches from the first to the last for every file.
 */
export function* plainFiles(count: number): Generator<File> {
  for (let index = 0; index < count; index += 1) yield plainFile(index, 0);
}

/** @param version 0 is what `plainFiles` gives */
export function plainFile(index: number, version: number): File {
  const directory = Math.floor(index / filesPerDirectory);
  const group = String(Math.floor(directory / directoriesPerGroup)).padStart(3, '0');
  const inGroup = String(directory % directoriesPerGroup).padStart(2, '0');
  return [`g${group}/d${inGroup}/f${index % filesPerDirectory}.txt`, contentOf(index, version)];
}

export function environmentName(index: number): string {
  return `env${String(index).padStart(4, '0')}`;
}

/** All files of the first `count` environments. */
export function* environmentFiles(count: number, version: number): Generator<File> {
  for (let environment = 0; environment < count; environment += 1) {
    for (let file = 0; file < filesPerDirectory; file += 1) yield environmentFile(environment, file, version);
  }
}

export function environmentFile(environment: number, file: number, version: number): File {
  const content = contentOf(environment * filesPerDirectory + file, version);
  return [`${environmentName(environment)}/f${file}.txt`, content];
}

function contentOf(index: number, version: number): string {
  return `${version} ${index} `.padEnd(size, String(index * 7919 + 1));
}

export interface ConfigurationOptions {
  readonly directory: string;
  /** Of the file. */
  readonly name: string;
  readonly connect: string;
  readonly url: string;
  /** Each with its directory in the repository; its root znode is named like it. */
  readonly environments: Readonly<Record<string, string>>;
}

/** Everything that has a default has it. The local copy of the repository is shared by all configurations of a directory. */
export async function writeConfiguration(options: ConfigurationOptions): Promise<string> {
  const { directory, connect, url } = options;
  const environments = Object.entries(options.environments).map(
    ([name, folder]) =>
      [
        name,
        { repository: 'config', branch: 'main', directory: folder, ensemble: 'main', znode: `/${name}` },
      ] as const,
  );
  const configuration = {
    version: 1,
    cacheDirectory: join(directory, 'cache'),
    allowLocalRepositories: true,
    ensembles: { main: { connect } },
    repositories: { config: { url, provider: 'github' } },
    environments: Object.fromEntries(environments),
  };
  const path = join(directory, `${options.name}.yaml`);
  // JSON is YAML.
  await writeFile(path, JSON.stringify(configuration));
  return path;
}
