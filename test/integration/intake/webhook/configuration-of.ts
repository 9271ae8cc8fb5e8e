import type { Configuration, Environment, Repository } from '../../../../src/model/environment.ts';
import { Secret } from '../../../../src/base/secret.ts';
import { webhookSecret } from './sign.ts';

export function secretOf(value: string): Secret {
  return new Secret('env TEST_SECRET', () => Promise.resolve(value));
}

export function repositoryOf(changes: Partial<Repository> = {}): Repository {
  return {
    name: 'config',
    url: 'https://github.com/Codertocat/Hello-World.git',
    provider: 'github',
    webhookSecrets: [secretOf(webhookSecret)],
    ...changes,
  };
}

/** One repository, and environments of it by name and branch. */
export function configurationOf(
  environments: Readonly<Record<string, string>>,
  repository: Repository = repositoryOf(),
): Configuration {
  const ensemble = { name: 'main', connect: '127.0.0.1:2181', sessionTimeoutMs: 10_000, auth: [] };
  const made = Object.entries(environments).map(([name, branch]): Environment => ({
    name,
    repository,
    branch,
    directory: name,
    ensemble,
    znode: `/environments/${name}`,
    layout: 'file',
    prune: true,
    maxDelete: { kind: 'share', share: 0.2 },
    unsupported: 'refuse',
    drift: 'repair',
    allowRewind: false,
    stateRoot: `/enclosure/${name}`,
  }));
  return {
    stateRoot: '/enclosure',
    cacheDirectory: '/nonexistent',
    allowLocalRepositories: false,
    ensembles: new Map([['main', ensemble]]),
    repositories: new Map([[repository.name, repository]]),
    environments: new Map(made.map((environment) => [environment.name, environment])),
  };
}
