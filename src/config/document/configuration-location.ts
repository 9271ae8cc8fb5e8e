/**
 * The text of a configuration, from wherever it is kept: a file, `ssm:NAME` or `s3://BUCKET/KEY`. Fails with
 * `configuration-invalid`, and with `aws-unreachable` where the same may succeed later.
 */
import { readFile } from 'node:fs/promises';
import { EnclosureError } from '../../base/enclosure-error.ts';
import type { AwsAccess } from '../aws-access.ts';

const maxBytes = 1024 * 1024;

export type ConfigurationLocation =
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'ssm'; readonly name: string }
  | { readonly kind: 's3'; readonly bucket: string; readonly key: string };

/** A file that is really called `ssm:...` is `./ssm:...`. */
export function configurationLocation(text: string): ConfigurationLocation {
  if (text.startsWith('ssm:')) return { kind: 'ssm', name: text.slice('ssm:'.length) };
  if (!text.startsWith('s3:')) return { kind: 'file', path: text };
  const [, bucket, key] = /^s3:(?:\/\/)?([a-z0-9][a-z0-9.-]+)\/(.+)$/.exec(text) ?? [];
  if (bucket === undefined || key === undefined) {
    throw unreadable(text, 's3://BUCKET/KEY', 'something else');
  }
  return { kind: 's3', bucket, key };
}

export async function readConfigurationText(location: string, aws: AwsAccess): Promise<string> {
  const bytes = await readBytes(location, aws);
  const expected = 'YAML in UTF-8';
  if (bytes.length > maxBytes) {
    throw unreadable(location, expected, `${bytes.length} bytes, more than the ${maxBytes} that are read`);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    throw unreadable(location, expected, 'bytes that are not UTF-8', { cause: error });
  }
}

async function readBytes(text: string, aws: AwsAccess): Promise<Uint8Array> {
  const location = configurationLocation(text);
  if (location.kind === 'file') return await readLocalFile(location.path);
  const client = await aws();
  const { readObject, readParameter } = await import('../../aws/stored-value.ts');
  const [stored, expected] =
    location.kind === 'ssm'
      ? [await readParameter(client, location.name), 'a parameter with the configuration']
      : [await readObject(client, location.bucket, location.key), 'an object with the configuration'];
  if (stored.kind === 'value') return stored.bytes;
  throw unreadable(text, expected, stored.found, { next: stored.next });
}

async function readLocalFile(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (error) {
    const found = foundInstead((error as NodeJS.ErrnoException).code);
    throw unreadable(path, 'a YAML file in UTF-8', found, { cause: error });
  }
}

function unreadable(
  where: string,
  expected: string,
  found: string,
  more: { readonly next?: string; readonly cause?: unknown } = {},
): EnclosureError {
  return new EnclosureError('configuration-invalid', 'the configuration cannot be read', {
    where,
    expected,
    found,
    next: 'Name the file with --config or ENCLOSURE_CONFIG',
    ...more,
  });
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
