import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { awsAccess } from '../../../src/config/aws-access.ts';
import type { ProcessEnvironment } from '../../../src/config/process-environment.ts';
import { secretFrom as secretFromPlaces, type SecretReference } from '../../../src/config/secret-from.ts';
import type { Secret } from '../../../src/base/secret.ts';

let directory: string;
beforeAll(async () => (directory = await mkdtemp(join(tmpdir(), 'enclosure-secret-'))));
afterAll(async () => await rm(directory, { recursive: true, force: true }));

function secretFrom(reference: SecretReference, from: string, env: ProcessEnvironment): Secret {
  return secretFromPlaces(reference, { directory: from, env, aws: awsAccess(env) });
}

async function fromFile(content: string): Promise<string> {
  await writeFile(join(directory, 'secret'), content);
  return await secretFrom({ file: 'secret' }, directory, {}).reveal();
}

test('a variable is read when the secret is needed, as it is', async () => {
  const env: Record<string, string> = {};
  const secret = secretFrom({ env: 'TOKEN' }, directory, env);
  env['TOKEN'] = ' a b\n';
  expect(await secret.reveal()).toBe(' a b\n');
});

test.each([
  ['token', 'token'],
  ['token\n', 'token'],
  ['token\r\n', 'token'],
  ['token\n\n', 'token\n'],
  [' token ', ' token '],
])(
  'of a file with %j the secret is %j: one newline at the end is not part of it',
  async (content, secret) => {
    expect(await fromFile(content)).toBe(secret);
  },
);

test('an absolute path is taken as it is', async () => {
  await writeFile(join(directory, 'other'), 'x');
  expect(await secretFrom({ file: join(directory, 'other') }, '/nowhere', {}).reveal()).toBe('x');
});

test('what is missing or empty is named, by variable or file', async () => {
  const missing = { code: 'secret-missing' };
  await expect(secretFrom({ env: 'TOKEN' }, directory, {}).reveal()).rejects.toMatchObject({
    ...missing,
    details: { where: 'env TOKEN', found: 'no such variable', next: 'Set TOKEN for this process' },
  });
  await expect(secretFrom({ env: 'TOKEN' }, directory, { TOKEN: '' }).reveal()).rejects.toMatchObject({
    ...missing,
    details: { found: 'an empty variable' },
  });
  await expect(secretFrom({ file: 'nowhere' }, directory, {}).reveal()).rejects.toMatchObject({
    ...missing,
    details: { where: `file ${join(directory, 'nowhere')}`, found: 'no such file' },
  });
  await expect(secretFrom({ file: '.' }, directory, {}).reveal()).rejects.toMatchObject({
    details: { found: 'a file that cannot be read' },
  });
  await expect(fromFile('\n')).rejects.toMatchObject({ ...missing, details: { found: 'an empty file' } });
});
