/**
 * From the file to a `Configuration`: read, parse, check, build. Fails with `configuration-invalid` and every problem
 * at once. No secret is read here.
 */
import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { Configuration } from '../model/environment.ts';
import { EnclosureError } from '../model/errors.ts';
import { checkConfiguration } from './check-configuration.ts';
import { configurationFrom } from './configuration-from.ts';
import { processEnvironment, type ProcessEnvironment } from './process-environment.ts';

const maxBytes = 1024 * 1024;

/**
 * @param options.path the file; relative paths inside it start from its folder
 * @param options.env for secrets and defaults; the process's own when it is left out
 * @example const configuration = await loadConfiguration({ path: 'enclosure.yaml' });
 */
export async function loadConfiguration(options: {
  readonly path: string;
  readonly env?: ProcessEnvironment;
}): Promise<Configuration> {
  const { path, env = processEnvironment() } = options;
  const source = checkConfiguration(await readText(path), path);
  return configurationFrom(source, dirname(resolve(path)), env);
}

async function readText(path: string): Promise<string> {
  const unreadable = (found: string, cause?: unknown): EnclosureError =>
    new EnclosureError('configuration-invalid', 'the configuration cannot be read', {
      where: path,
      expected: 'a YAML file in UTF-8',
      found,
      next: 'Name the file with --config or ENCLOSURE_CONFIG',
      cause,
    });
  let bytes: Buffer;
  try {
    bytes = await readFile(path);
  } catch (error) {
    throw unreadable(foundInstead((error as NodeJS.ErrnoException).code), error);
  }
  if (bytes.length > maxBytes)
    throw unreadable(`${bytes.length} bytes, more than the ${maxBytes} that are read`);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    throw unreadable('bytes that are not UTF-8', error);
  }
}

function foundInstead(code: string | undefined): string {
  switch (code) {
    case 'ENOENT':
      return 'no such file';
    case 'EISDIR':
      return 'a directory';
    case 'EACCES':
    case 'EPERM':
      return 'a file that this user may not read';
    default:
      return `an error of the file system (${code ?? 'unknown'})`;
  }
}
