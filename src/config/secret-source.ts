/**
 * Secrets by reference: an environment variable or a file. They are read when they are first needed. Fails with
 * `secret-missing`, which names the variable or the file and never what was in it.
 */
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { EnclosureError } from '../model/errors.ts';
import { Secret } from '../model/secret.ts';
import type { ProcessEnvironment } from './process-environment.ts';

export type SecretReference = { readonly env: string } | { readonly file: string };

/** `directory`: the folder of the configuration file, which relative paths start from. */
export function secretFrom(reference: SecretReference, directory: string, env: ProcessEnvironment): Secret {
  if ('env' in reference) return secretFromVariable(reference.env, env);
  return secretFromFile(resolve(directory, reference.file));
}

function secretFromVariable(name: string, env: ProcessEnvironment): Secret {
  const origin = `env ${name}`;
  return new Secret(origin, async () => {
    const value = env[name];
    if (value !== undefined && value !== '') return value;
    throw new EnclosureError('secret-missing', 'a secret cannot be read', {
      where: origin,
      expected: 'an environment variable with the secret',
      found: value === undefined ? 'no such variable' : 'an empty variable',
      next: `Set ${name} for this process`,
    });
  });
}

function secretFromFile(path: string): Secret {
  const origin = `file ${path}`;
  const missing = (found: string, cause?: unknown): EnclosureError =>
    new EnclosureError('secret-missing', 'a secret cannot be read', {
      where: origin,
      expected: 'a readable file with the secret and nothing else',
      found,
      cause,
    });
  return new Secret(origin, async () => {
    let content: string;
    try {
      content = await readFile(path, 'utf8');
    } catch (error) {
      throw missing(
        (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'no such file' : 'a file that cannot be read',
        error,
      );
    }
    // Editors and `echo` end a file with a newline, which is not part of the secret; a second one would be.
    const value = content.replace(/\r?\n$/, '');
    if (value === '') throw missing('an empty file');
    return value;
  });
}
