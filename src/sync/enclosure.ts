/** Enclosure as its entries use it: a configuration made able to act. The one place where the real parts are wired together. */
import { awaitMembers } from '../members/await-members.ts';
import { readMembersReport } from '../members/members-report.ts';
import type { Configuration, Environment } from '../model/environment.ts';
import { EnclosureError } from '../model/errors.ts';
import type { GitBaseEnvironment } from '../repository/git-environment.ts';
import type { Enclosure } from './contract.ts';
import { openRunOn, type OpenRun } from './open-run.ts';
import { planEnvironment } from './plan-environment.ts';
import { readEnvironmentHistory } from './read-environment-history.ts';
import { readStatus } from './read-status.ts';
import { syncEnvironment } from './sync-environment.ts';
import { verifyEnvironment } from './verify-environment.ts';

/**
 * @param gitEnvironment the part of the process's environment that git needs
 * @example
 *   const enclosure = createEnclosure(await loadConfiguration({ path: 'enclosure.yaml' }), gitBaseEnvironment());
 *   const { result } = await enclosure.sync({ environment: 'production', reason: 'manual', actor: 'alice', time });
 */
export function createEnclosure(configuration: Configuration, gitEnvironment: GitBaseEnvironment): Enclosure {
  const settings = { ...configuration, gitEnvironment };
  const on = (name: string): [Environment, OpenRun] => {
    const environment = findEnvironment(configuration, name);
    return [environment, openRunOn(environment, settings)];
  };
  return {
    async plan(request, options = {}) {
      const [environment, open] = on(request.environment);
      return await planEnvironment(environment, request, open, options);
    },
    async sync(request, options = {}) {
      const [environment, open] = on(request.environment);
      return await syncEnvironment(environment, request, open, options);
    },
    async verify(name, options = {}) {
      return await verifyEnvironment(...on(name), options);
    },
    async status(names, options = {}) {
      return await Promise.all(
        names.map(on).map(([environment, open]) => readStatus(environment, open, options)),
      );
    },
    async history(name, options = {}) {
      return await readEnvironmentHistory(...on(name), options);
    },
    async members(name, options = {}) {
      const [environment, open] = on(name);
      const channel = await open.channel(options.signal);
      try {
        return await readMembersReport(channel, environment);
      } finally {
        await channel.close();
      }
    },
    async awaitMembers(name, options) {
      const [environment, open] = on(name);
      return await awaitMembers((signal) => open.channel(signal), environment, options);
    },
  };
}

function findEnvironment(configuration: Configuration, name: string): Environment {
  const environment = configuration.environments.get(name);
  if (environment !== undefined) return environment;
  throw new EnclosureError('environment-unknown', 'the configuration has no such environment', {
    expected: `one of ${[...configuration.environments.keys()].join(', ')}`,
    found: name,
    next: 'Look at "environments" in the configuration file.',
  });
}
