import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadConfiguration } from '../../../src/config/load-configuration.ts';
import { example } from './example.ts';

let directory: string;
beforeAll(async () => (directory = await mkdtemp(join(tmpdir(), 'enclosure-config-'))));
afterAll(async () => await rm(directory, { recursive: true, force: true }));

async function file(name: string, content: string | Uint8Array): Promise<string> {
  const path = join(directory, name);
  await writeFile(path, content);
  return path;
}

test('the complete example becomes a configuration', async () => {
  const path = await file('enclosure.yaml', example());
  const configuration = await loadConfiguration({ path, env: {} });
  expect(configuration).toMatchObject({
    stateRoot: '/enclosure',
    cacheDirectory: join(directory, 'cache'),
    allowLocalRepositories: false,
  });
  expect([...configuration.environments.keys()]).toEqual(['production', 'staging']);
  const production = configuration.environments.get('production');
  expect(production).toMatchObject({
    name: 'production',
    branch: 'main',
    directory: 'environments/production',
    znode: '/environments/production',
    layout: 'directory',
    prune: false,
    maxDelete: { kind: 'count', count: 7 },
    unsupported: 'skip',
    drift: 'report',
    allowRewind: true,
    acl: [{ scheme: 'world', id: 'anyone', permissions: 4 + 8 + 1 }],
    stateRoot: '/enclosure',
  });
  expect(production?.ensemble).toBe(configuration.ensembles.get('main'));
  expect(production?.repository).toBe(configuration.repositories.get('config'));
  expect(production?.ensemble).toMatchObject({
    name: 'main',
    connect: 'zk1:2181,zk2:2181/apps',
    sessionTimeoutMs: 8000,
    auth: [{ scheme: 'digest', credentials: { origin: 'env ZOOKEEPER_AUTH' } }],
  });
  expect(production?.repository).toMatchObject({
    name: 'config',
    url: 'https://git.example/acme/config.git',
    provider: 'github',
    webhookSecrets: [{ origin: 'env WEBHOOK_SECRET' }],
    credentials: { origin: `file ${join(directory, 'token')}` },
  });
});

test('an ensemble names the client that holds the lock of a run', async () => {
  const path = await file('client.yaml', example({ 8: '    client: official' }));
  const configuration = await loadConfiguration({ path, env: { HOME: '/home/alice' } });
  expect(configuration.ensembles.get('main')).toMatchObject({ client: 'official' });
});

test('a repository has audit notes where it says so, and none otherwise', async () => {
  const notes = async (audit: string): Promise<unknown> => {
    const path = await file('notes.yaml', example({ 15: `    audit: ${audit}` }));
    return (await loadConfiguration({ path, env: {} })).repositories.get('config')?.audit;
  };
  expect(await notes('{ notes: true }')).toEqual({ notes: true });
  expect(await notes('{}')).toEqual({ notes: false });
  await expect(notes('{ notes: yes please }')).rejects.toThrow(/expected true or false/);
});

test('shared fetches use a directory or a bucket, and are absent where the file does not say so', async () => {
  const load = async (level2: string, rest = '') => {
    const cache = `snapshotCache: { ensemble: main, level2: ${level2}${rest} }`;
    return await loadConfiguration({ path: await file('cache.yaml', example({ 4: cache })), env: {} });
  };
  const { snapshotCache, ensembles } = await load('{ directory: shared }');
  expect(snapshotCache).toEqual({
    ensemble: ensembles.get('main'),
    level2: { directory: join(directory, 'shared') },
    ttlMs: 3_600_000,
    timeoutMs: 30_000,
  });
  expect((await load('{ directory: /mnt/shared }')).snapshotCache?.level2).toEqual({
    directory: '/mnt/shared',
  });
  const s3 = '{ bucket: acme-cache, prefix: git, endpoint: "http://127.0.0.1:9000", region: eu-west-1 }';
  expect((await load(`{ s3: ${s3} }`, ', ttl: 10m, timeout: 5s')).snapshotCache).toMatchObject({
    level2: {
      s3: { bucket: 'acme-cache', prefix: 'git', endpoint: 'http://127.0.0.1:9000', region: 'eu-west-1' },
    },
    ttlMs: 600_000,
    timeoutMs: 5000,
  });
  const path = await file('plain.yaml', example());
  expect(await loadConfiguration({ path, env: {} })).not.toHaveProperty('snapshotCache');
});

test.each([
  ['level2: /mnt/shared', /expected \{ directory: PATH \} or \{ s3: \{ bucket: NAME \} \}/],
  ['level2: { directory: a, s3: { bucket: acme } }', /expected \{ directory: PATH \} or/],
  ['level2: { s3: { bucket: A_B } }', /level2.*expected/],
  ['level2: { s3: { bucket: acme, endpoint: "http://user:hunter2@host" } }', /level2.*expected/],
  ['level2: { directory: a }, tll: 1h', /expected one of the keys ensemble, level2, ttl, timeout/],
  ['ttl: 1h', /level2/],
])('F47: shared fetches with %s is refused', async (keys, message) => {
  const path = await file('refused.yaml', example({ 4: `snapshotCache: { ensemble: main, ${keys} }` }));
  const refused = await loadConfiguration({ path, env: {} }).catch((error: unknown) => error);
  expect(String(refused)).toMatch(message);
  expect(String(refused)).not.toContain('hunter2');
});

test('what is left out has its default', async () => {
  const path = await file(
    'defaults.yaml',
    [
      'version: 1',
      'ensembles: { main: { connect: "127.0.0.1:2181" } }',
      'repositories: { config: { url: "https://git.example/config.git" } }',
      'environments: { a: { repository: config, branch: main, ensemble: main, znode: /a } }',
    ].join('\n'),
  );
  const configuration = await loadConfiguration({ path, env: { HOME: '/home/alice' } });
  expect(configuration).toMatchObject({
    stateRoot: '/enclosure',
    cacheDirectory: '/home/alice/.cache/enclosure',
    allowLocalRepositories: false,
  });
  expect(configuration.ensembles.get('main')).toEqual({
    name: 'main',
    connect: '127.0.0.1:2181',
    sessionTimeoutMs: 10_000,
    client: 'wire',
    auth: [],
  });
  expect(configuration.repositories.get('config')).toEqual({
    name: 'config',
    url: 'https://git.example/config.git',
    provider: 'github',
    webhookSecrets: [],
  });
  const {
    repository: _repository,
    ensemble: _ensemble,
    ...environment
  } = configuration.environments.get('a') ?? {};
  expect(environment).toEqual({
    name: 'a',
    branch: 'main',
    directory: '',
    znode: '/a',
    layout: 'file',
    prune: true,
    maxDelete: { kind: 'share', share: 0.2 },
    unsupported: 'refuse',
    drift: 'repair',
    allowRewind: false,
    stateRoot: '/enclosure',
  });
});

test('two webhook secrets are taken while one is rotated', async () => {
  const path = await file(
    'rotation.yaml',
    example({ 14: '    webhookSecret: [{ env: NEW }, { env: OLD }]' }),
  );
  const configuration = await loadConfiguration({ path, env: { NEW: 'n', OLD: 'o' } });
  const secrets = configuration.repositories.get('config')?.webhookSecrets ?? [];
  expect(await Promise.all(secrets.map((secret) => secret.reveal()))).toEqual(['n', 'o']);
});

test('F47: a configuration that is printed shows no secret', async () => {
  const path = await file('canary.yaml', example());
  await file('token', 'canary-1\n');
  const configuration = await loadConfiguration({ path, env: { WEBHOOK_SECRET: 'canary-2' } });
  const repository = configuration.repositories.get('config');
  expect(await repository?.credentials?.reveal()).toBe('canary-1');
  expect(await repository?.webhookSecrets[0]?.reveal()).toBe('canary-2');
  const { inspect } = await import('node:util');
  expect(
    inspect(configuration, { depth: 10 }) + JSON.stringify([...configuration.repositories]),
  ).not.toContain('canary');
});

test('local repositories are allowed where the configuration says so', async () => {
  const path = await file(
    'local.yaml',
    example({ 4: 'allowLocalRepositories: true', 12: '    url: file:///srv/config.git' }),
  );
  const { repositories } = await loadConfiguration({ path, env: {} });
  expect(repositories.get('config')?.url).toBe('file:///srv/config.git');
});

test('a file that is not there, a directory, other bytes and a huge file each have their words', async () => {
  const load = async (path: string): Promise<unknown> => await loadConfiguration({ path, env: {} });
  await expect(load(join(directory, 'nowhere.yaml'))).rejects.toMatchObject({
    code: 'configuration-invalid',
    details: { where: join(directory, 'nowhere.yaml'), found: 'no such file' },
  });
  await expect(load(directory)).rejects.toMatchObject({ details: { found: 'a directory' } });
  const latin = await file('latin.yaml', Uint8Array.of(0x76, 0xe9));
  await expect(load(latin)).rejects.toMatchObject({ details: { found: 'bytes that are not UTF-8' } });
  const huge = await file('huge.yaml', '#'.repeat(1024 * 1024 + 1));
  await expect(load(huge)).rejects.toMatchObject({
    details: { found: '1048577 bytes, more than the 1048576 that are read' },
  });
});

test('a byte order mark and Windows line ends are taken', async () => {
  const path = await file('windows.yaml', `\u{feff}${example().replaceAll('\n', '\r\n')}`);
  const { environments } = await loadConfiguration({ path, env: {} });
  expect(environments.size).toBe(2);
});
