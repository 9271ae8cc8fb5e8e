/** The compose file, as far as it can be held without a container engine: that it says what docs/deploy.md says of it. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { loadConfiguration } from '../../../src/config/load-configuration.ts';
import { root } from './package-service.ts';

interface Service {
  readonly image?: string;
  readonly build?: { readonly context: string; readonly dockerfile: string };
  readonly hostname?: string;
  readonly environment?: Readonly<Record<string, unknown>>;
  readonly volumes: readonly string[];
  readonly ports?: readonly string[];
  readonly secrets?: readonly string[];
  readonly depends_on?: Readonly<Record<string, unknown>>;
  readonly [key: string]: unknown;
}

interface Compose {
  readonly services: Readonly<Record<string, Service>>;
  readonly volumes: Readonly<Record<string, unknown>>;
  readonly secrets: Readonly<Record<string, { readonly file: string }>>;
}

const infra = join(root, 'infra');
const file = readFileSync(join(infra, 'docker-compose.yml'), 'utf8');
const compose = parse(file, { merge: true }) as Compose;
const { enclosure, ...others } = compose.services;
const configuration = (): ReturnType<typeof loadConfiguration> =>
  loadConfiguration({ path: join(infra, 'compose/enclosure.yaml'), env: {} });

test('three servers are one ensemble: each knows all three, by its own number and name', () => {
  const servers = Object.entries(others);
  expect(servers.map(([name]) => name)).toEqual(['zk1', 'zk2', 'zk3']);
  for (const [index, [name, { hostname, environment }]] of servers.entries()) {
    expect(hostname).toBe(name);
    expect(environment?.['ZOO_MY_ID']).toBe(index + 1);
    const listed = String(environment?.['ZOO_SERVERS']).split(' ');
    expect(listed).toEqual(servers.map(([other], at) => `server.${at + 1}=${other}:2888:3888;2181`));
  }
});

test('every server keeps its data, each in volumes of its own', () => {
  const used = Object.values(compose.services).flatMap(({ volumes }) =>
    volumes.map((one) => one.split(':')[0] ?? '').filter((name) => !name.startsWith('.')),
  );
  expect(new Set(used).size).toBe(used.length);
  expect(used.toSorted()).toEqual(Object.keys(compose.volumes).toSorted());
});

test('the configuration is valid and connects to these servers', async () => {
  const { ensembles, repositories, cacheDirectory } = await configuration();
  expect([...ensembles.values()].map(({ connect }) => connect)).toEqual(['zk1:2181,zk2:2181,zk3:2181']);
  expect([...repositories.values()].map(({ webhookSecrets }) => webhookSecrets.length)).toEqual([1]);
  expect(enclosure?.volumes).toContain(`cache:${cacheDirectory}`);
});

test('F47: every secret is a file that is not in git, mounted where the configuration looks for it', async () => {
  const { repositories } = await configuration();
  const origins = [...repositories.values()].flatMap(({ webhookSecrets, credentials }) =>
    [...webhookSecrets, ...(credentials === undefined ? [] : [credentials])].map(({ origin }) => origin),
  );
  expect(origins.toSorted()).toEqual(
    enclosure?.secrets?.map((name) => `file /run/secrets/${name}`).toSorted(),
  );
  expect(enclosure?.secrets?.toSorted()).toEqual(Object.keys(compose.secrets).toSorted());
  for (const { file: path } of Object.values(compose.secrets))
    expect(path).toMatch(/^\.\/compose\/secrets\//u);
  expect(readFileSync(join(infra, 'compose/secrets/.gitignore'), 'utf8')).toBe('*\n!.gitignore\n');
});

test('serve is built from what is there, and reached from this machine only', () => {
  const { context = '', dockerfile = '' } = enclosure?.build ?? {};
  expect(existsSync(join(infra, context, dockerfile))).toBe(true);
  expect(enclosure?.volumes.filter((one) => one.startsWith('.'))).toEqual([
    './compose/enclosure.yaml:/etc/enclosure/enclosure.yaml:ro',
  ]);
  expect(readFileSync(join(infra, 'serve.Dockerfile'), 'utf8')).toContain('/etc/enclosure/enclosure.yaml');
  expect(enclosure?.ports).toEqual(['127.0.0.1:8080:8080']);
  expect(Object.keys(enclosure?.depends_on ?? {})).toEqual(Object.keys(others));
});
