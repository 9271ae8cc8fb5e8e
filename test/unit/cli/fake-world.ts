/** A world for `run`: streams that remember, and an Enclosure whose answers a test states. */
import type { Configuration, Environment } from '../../../src/model/environment.ts';
import { documentSchemas } from '../../../src/report/document-schemas.ts';
import { run } from '../../../src/cli/run.ts';
import type { RunningServer, ServerSettings } from '../../../src/terminal/world.ts';
import type { Enclosure } from '../../../src/enclosure/enclosure.ts';

export interface Ran {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  /** Standard output as the one JSON document. */
  json(): unknown;
  readonly openedWith: readonly string[];
  readonly served: readonly ServerSettings[];
}

export interface Situation {
  readonly enclosure?: Partial<Enclosure>;
  readonly environments?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly terminal?: boolean;
  readonly signal?: AbortSignal;
  readonly open?: () => Promise<never>;
  readonly serve?: () => Promise<RunningServer>;
}

export async function runWith(situation: Situation, ...argv: string[]): Promise<Ran> {
  let [stdout, stderr] = ['', ''];
  const openedWith: string[] = [];
  const served: ServerSettings[] = [];
  const isTTY = situation.terminal === true;
  const exitCode = await run(argv, {
    stdout: { isTTY, columns: 80, write: (text) => (stdout += text) },
    stderr: { isTTY, columns: 80, write: (text) => (stderr += text) },
    env: { NO_COLOR: '1', ...situation.env },
    signal: situation.signal ?? new AbortController().signal,
    claimSignals: () => () => undefined,
    async open(path) {
      openedWith.push(path);
      await situation.open?.();
      return {
        configuration: configurationWith(situation.environments ?? ['production', 'staging']),
        enclosure: situation.enclosure as Enclosure,
      };
    },
    async serve(_opened, settings) {
      served.push(settings);
      return await (situation.serve?.() ?? Promise.reject(new Error('this test serves nothing')));
    },
  });
  return {
    exitCode,
    stdout,
    stderr,
    json: () => checked(argv[0] ?? '', JSON.parse(stdout)),
    openedWith,
    served,
  };
}

/** Every document that a test looks at is one that its published schema describes. */
function checked(command: string, document: unknown): unknown {
  const whole = documentSchemas.error.safeParse(document);
  const schema = Object.entries(documentSchemas).find(([name]) => name === command)?.[1];
  if (!whole.success) schema?.parse(document);
  return document;
}

function configurationWith(names: readonly string[]): Configuration {
  return {
    stateRoot: '/enclosure',
    cacheDirectory: '/nowhere',
    allowLocalRepositories: false,
    ensembles: new Map(),
    repositories: new Map(),
    environments: new Map(names.map((name) => [name, { name } as Environment])),
  };
}
