/**
 * Secrets by reference: an environment variable, a file, a parameter or a secret of AWS. They are read when they are first
 * needed, and kept. Fails with `secret-missing`, which names the place and never what was in it, and with
 * `aws-unreachable` where the same may succeed later.
 */
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { AwsClient } from '../aws/aws-client.ts';
import type { StoredValue } from '../aws/stored-value.ts';
import { EnclosureError } from '../base/enclosure-error.ts';
import { Secret } from '../base/secret.ts';
import type { AwsAccess } from './aws-access.ts';
import type { ProcessEnvironment } from './process-environment.ts';

export type SecretReference =
  | { readonly env: string }
  | { readonly file: string }
  | { readonly ssm: string }
  | { readonly secretsManager: string };

export interface SecretPlaces {
  /** The folder of the configuration file, which relative paths start from. */
  readonly directory: string;
  readonly env: ProcessEnvironment;
  readonly aws: AwsAccess;
}

export function secretFrom(reference: SecretReference, places: SecretPlaces): Secret {
  if ('env' in reference) return secretFromVariable(reference.env, places.env);
  if ('file' in reference) return secretFromFile(resolve(places.directory, reference.file));
  return secretFromAws(reference, places.aws);
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

function secretFromAws(
  reference: { readonly ssm: string } | { readonly secretsManager: string },
  aws: AwsAccess,
): Secret {
  const [origin, expected] =
    'ssm' in reference
      ? [`ssm ${reference.ssm}`, 'a parameter of AWS Systems Manager']
      : [`secretsManager ${reference.secretsManager}`, 'a secret of AWS Secrets Manager'];
  const read = async (client: AwsClient): Promise<StoredValue> => {
    const { readParameter, readSecret } = await import('../aws/stored-value.ts');
    return 'ssm' in reference
      ? await readParameter(client, reference.ssm)
      : await readSecret(client, reference.secretsManager);
  };
  return new Secret(origin, async () => {
    const stored = await read(await aws());
    if (stored.kind === 'value') return Buffer.from(stored.bytes).toString('utf8');
    const { found, next } = stored;
    throw new EnclosureError('secret-missing', 'a secret cannot be read', {
      where: origin,
      expected,
      found,
      next,
    });
  });
}
