/** The command line as a process, with an Enclosure that waits, hangs or has a long history: run by `process.test.ts`. */
import { abortedError } from '../../../src/base/enclosure-error.ts';
import { runProcess } from '../../../src/cli/process/run-process.ts';
import type { Enclosure } from '../../../src/enclosure/enclosure.ts';
import type { Configuration, Environment } from '../../../src/model/environment.ts';
import type { RunOptions } from '../../../src/model/run-options.ts';
import type { SyncReport } from '../../../src/model/sync/sync-report.ts';
import type { SyncRequest } from '../../../src/model/sync/sync-request.ts';
import type { History } from '../../../src/verbs/history/history.ts';
import { recordOf } from '../../unit/cli/examples-of-results.ts';

const names = ['orderly', 'stubborn'];
// Something has to keep the process alive while it waits, as a connection would.
const connection = setInterval(() => undefined, 1000);

const enclosure: Partial<Enclosure> = {
  async sync({ environment }: SyncRequest, options: RunOptions = {}): Promise<SyncReport> {
    const { signal } = options;
    if (signal === undefined) throw new Error('no signal');
    process.stderr.write('holding\n');
    await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
    process.stderr.write('releasing\n');
    if (environment === 'stubborn') await new Promise<never>(() => undefined);
    clearInterval(connection);
    process.stderr.write('released\n');
    throw abortedError(signal);
  },
  timeline(_environment, { limit: length }): Promise<History> {
    const revisions = Array.from({ length }, (_, index) => length - index);
    const entries = revisions.map(
      (revision) => ({ kind: 'deployment', record: recordOf({ revision }) }) as const,
    );
    return Promise.resolve({ entries, remarks: [] });
  },
};

await runProcess(process.argv.slice(2), {
  open: () =>
    Promise.resolve({
      configuration: {
        environments: new Map(names.map((name) => [name, { name } as Environment])),
      } as Partial<Configuration> as Configuration,
      enclosure: enclosure as Enclosure,
    }),
  serve: () => {
    process.stderr.write('serving\n');
    return Promise.resolve({
      url: 'http://127.0.0.1:9',
      close: () => {
        process.stderr.write('closed\n');
        return Promise.resolve();
      },
    });
  },
});
