/** Runs a command of the command line in this process, on a configuration of real ensembles. */
import { run } from '../../../src/cli/run.ts';
import type { Configuration } from '../../../src/model/environment.ts';
import type { Enclosure } from '../../../src/enclosure/enclosure.ts';

export interface Ran {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  /** Standard output as the one JSON document. */
  json(): unknown;
}

/** Of the commands that need no Enclosure. */
export async function runCommand(configuration: Configuration, argv: readonly string[]): Promise<Ran> {
  let [stdout, stderr] = ['', ''];
  const exitCode = await run(argv, {
    stdout: { write: (text) => (stdout += text) },
    stderr: { write: (text) => (stderr += text) },
    env: { NO_COLOR: '1' },
    signal: new AbortController().signal,
    claimSignals: () => () => undefined,
    open: () => Promise.resolve({ configuration, enclosure: {} as Enclosure }),
    serve: () => Promise.reject(new Error('nothing is served here')),
  });
  return { exitCode, stdout, stderr, json: () => JSON.parse(stdout) as unknown };
}
