/**
 * `enclosure sync`: applies, one environment after the other. A failure of one does not keep the others from being
 * synced, unless the process was asked to end. The exit code is the worst of them.
 */
import { EnclosureError, throwIfAborted } from '../../../base/enclosure-error.ts';
import { escapeName } from '../../../model/znode-path.ts';
import { environmentsNamed, withProgress, type Context } from '../../../terminal/context.ts';
import { exitCodeOf, exitCodeOfOutcome, worstExitCode, type ExitCode } from '../../../terminal/exit-code.ts';
import { manualRequest, type RunFlags } from './manual-request.ts';
import { renderError } from '../../../terminal/render-error.ts';
import { renderWarnings } from '../../render/render-plan.ts';
import { renderSharedFetch } from './render-shared-fetch.ts';
import { renderSync } from './render-sync.ts';
import { failedSyncJson, syncJson, type SyncJson } from '../../../report/documents/sync-json.ts';
import type { Opened } from '../../../terminal/world.ts';

export interface SyncFlags extends RunFlags {
  readonly all?: boolean;
  readonly lockTimeout: number;
}

interface Done {
  readonly document: SyncJson;
  readonly exitCode: ExitCode;
}

export async function sync(context: Context, name: string | undefined, flags: SyncFlags): Promise<ExitCode> {
  checkFlags(name, flags);
  const started = Date.now();
  const all: Done[] = [];
  try {
    const opened = await context.open();
    for (const environment of environmentsNamed(opened.configuration, name)) {
      all.push(await syncOne(context, opened, environment, flags));
    }
  } catch (error) {
    // Before the first environment: in the name of the one that was asked for; for all of them the caller reports it.
    if (name === undefined) throw error;
    all.push(failed(context, name, error, started));
  }
  const documents = all.map(({ document }) => document);
  if (context.json) context.printJson(name === undefined ? documents : documents[0]);
  return worstExitCode(all.map(({ exitCode }) => exitCode));
}

async function syncOne(
  context: Context,
  { enclosure }: Opened,
  environment: string,
  flags: SyncFlags,
): Promise<Done> {
  const { signal } = context;
  const started = Date.now();
  try {
    throwIfAborted(signal);
    const request = manualRequest(context, environment, flags);
    const report = await withProgress(context, environment, ({ onProgress }) =>
      enclosure.sync(request, {
        signal,
        onProgress,
        lockTimeoutMs: flags.lockTimeout,
        onSharedFetch: (event) => context.log(renderSharedFetch(event, context.errorStyle)),
      }),
    );
    context.print(renderSync(report, context.style));
    if (context.json) context.log(renderWarnings(report.plan.warnings, context.errorStyle));
    return { document: syncJson(report), exitCode: exitCodeOfOutcome(report.result.outcome) };
  } catch (error) {
    return failed(context, environment, error, started);
  }
}

function failed(context: Context, environment: string, error: unknown, started: number): Done {
  context.log(renderError(error, context.errorStyle));
  context.print([`${escapeName(environment)}: failed`]);
  return { document: failedSyncJson(environment, error, Date.now() - started), exitCode: exitCodeOf(error) };
}

function checkFlags(name: string | undefined, { all, commit }: SyncFlags): void {
  if ((name !== undefined) === (all === true)) {
    throw new EnclosureError('usage-invalid', 'which environments are meant is not clear', {
      expected: 'either an environment or --all',
      found: name === undefined ? 'neither' : 'both',
    });
  }
  if (all === true && commit !== undefined) {
    throw new EnclosureError('usage-invalid', 'a commit belongs to one repository', {
      expected: '--commit with one environment',
      found: '--commit with --all',
    });
  }
}
