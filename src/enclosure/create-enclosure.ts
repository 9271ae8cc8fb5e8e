/** Enclosure as its entries use it: a configuration made able to act. The one place where the real parts are wired together. */
import { EnclosureError } from '../base/enclosure-error.ts';
import { gitBaseEnvironment } from '../config/process-environment.ts';
import type { GitBaseEnvironment } from '../git/process/git-environment.ts';
import type { Configuration, Environment } from '../model/environment.ts';
import type { RunOptions } from '../model/run-options.ts';
import { standingReporters } from '../report/reporters/standing-reporters.ts';
import { tellReporters } from '../report/tell-reporters.ts';
import { readHistoryFromNotes, withNotesState } from '../report/notes/keep-notes.ts';
import { type OpenRun, openRunOn } from '../sync/open/open-run.ts';
import { sync } from '../sync/sync.ts';
import { blame } from '../verbs/blame/blame.ts';
import { environmentAt } from '../verbs/environment-at.ts';
import { exportFromEnsemble } from '../verbs/export/export-from-ensemble.ts';
import { deploymentDetails } from '../verbs/history/deployment-details.ts';
import { holdEnvironment, resumeEnvironment } from '../verbs/hold-environment.ts';
import { awaitMembers } from '../verbs/members/await-members.ts';
import { readMembersReport } from '../verbs/members/members-report.ts';
import { readAuditedHistory, withAuditSource } from '../verbs/past/with-audit-source.ts';
import { planEnvironment } from '../verbs/plan-environment.ts';
import { readStatus } from '../verbs/read-status.ts';
import { rollbackEnvironment } from '../verbs/rollback/rollback-environment.ts';
import { repairEnvironment } from '../verbs/verify/repair-environment.ts';
import { verifyEnvironment } from '../verbs/verify/verify-environment.ts';
import type { Enclosure } from './enclosure.ts';

/**
 * Opens nothing: each question opens what it needs, and closes it.
 * @param gitEnvironment the variables that git may inherit (src/git/process/git-environment.ts); the process's own when it is left out
 * @example
 *   const enclosure = createEnclosure(await loadConfiguration({ path: 'enclosure.yaml' }));
 *   const { result } = await enclosure.sync({ environment: 'production', reason: 'manual', actor: 'alice', time });
 */
export function createEnclosure(
  configuration: Configuration,
  gitEnvironment: GitBaseEnvironment = gitBaseEnvironment(),
): Enclosure {
  const settings = { ...configuration, gitEnvironment };
  const on = (name: string, { onSharedFetch }: RunOptions = {}): [Environment, OpenRun] => {
    const environment = findEnvironment(configuration, name);
    return [environment, openRunOn(environment, { ...settings, onSharedFetch })];
  };
  return {
    async plan(request, options = {}) {
      const [environment, open] = on(request.environment, options);
      return await planEnvironment(environment, request, open, options);
    },
    async sync(request, options = {}) {
      const [environment, open] = on(request.environment, options);
      return await tellReporters(standingReporters(environment, open, options), request, options, (watched) =>
        sync(environment, request, open, watched),
      );
    },
    async verify(name, options = {}) {
      return await verifyEnvironment(...on(name, options), options);
    },
    async repair(request, options = {}) {
      const [environment, open] = on(request.environment, options);
      const reporters = standingReporters(environment, open, options);
      return await repairEnvironment(environment, request, open, options, (asked, run) =>
        tellReporters(reporters, asked, options, run),
      );
    },
    async status(names, options = {}) {
      return await Promise.all(
        names
          .map((name) => on(name, options))
          .map(async ([environment, open]) => {
            const status = await readStatus(environment, open, options);
            return await withNotesState(environment, status, open, options);
          }),
      );
    },
    async timeline(name, question, options = {}) {
      return await readAuditedHistory(...on(name, options), question, options);
    },
    async deployment(name, revision, options = {}) {
      return await withAuditSource(...on(name, options), options, (source) =>
        deploymentDetails(source, revision),
      );
    },
    async blame(name, question, options = {}) {
      return await withAuditSource(...on(name, options), options, (source) => blame(source, question));
    },
    async at(name, question, options = {}) {
      return await withAuditSource(...on(name, options), options, (source) =>
        environmentAt(source, question),
      );
    },
    async historyFromNotes(name, options = {}) {
      return await readHistoryFromNotes(...on(name, options), options);
    },
    async rollback(request, options = {}) {
      const [environment, open] = on(request.environment, options);
      const reporters = standingReporters(environment, open, options);
      const asked = { ...request, reason: 'rollback' } as const;
      return await tellReporters(reporters, asked, options, (watched) =>
        rollbackEnvironment(environment, request, open, watched),
      );
    },
    async hold(name, wish, options = {}) {
      const [environment, open] = on(name);
      return await holdEnvironment(environment, wish, open, options);
    },
    async resume(request, options = {}) {
      const [environment, open] = on(request.environment, options);
      return await resumeEnvironment(environment, request, open, options);
    },
    async export(request, options = {}) {
      return await exportFromEnsemble(configuration, request, options);
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
