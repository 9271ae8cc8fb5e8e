/** The command line of `npm run bench -- soak`. */
import { join } from 'node:path';
import { parseArgs } from 'node:util';

export const help = `Kills the server under one serve with many environments, over and over, while pushes keep coming.

  npm run bench -- soak [options]

  --kills N              how often the server is killed, at most 400 (default: 100)
  --environments N       environments of the one serve (default: 8)
  --session-timeout N    of serve's sessions, in seconds (default: 4)
  --seed N               of the moments (default: by the clock, and printed)
  --command FILE         another build's dist/enclosure.js (default: this one's)
  --json                 one JSON document on stdout, the table on stderr
  --out FILE             writes the JSON to a file as well
  --help                 this

Ends with 1 where serve died by itself, a tree is not what git says, a history has a gap, or a lock was kept.

Examples:
  npm run bench -- soak --kills 10 --environments 3
  npm run --silent bench -- soak --seed 13 --json | jq .crashes
`;

/** Each makes a few revisions of every environment, which keeps 500 records; a gap could not be seen beyond. */
const mostKills = 400;

export interface SoakOptions {
  readonly kills: number;
  readonly environments: number;
  readonly sessionTimeoutMs: number;
  readonly seed: number;
}

export interface SoakArguments extends SoakOptions {
  readonly command: string;
  readonly json: boolean;
  readonly out?: string;
}

/** Undefined where help is asked for. Fails with a message for people. */
export function parseSoakArguments(root: string, args: readonly string[]): SoakArguments | undefined {
  const { values } = parseArgs({
    args: [...args],
    options: {
      kills: { type: 'string', default: '100' },
      environments: { type: 'string', default: '8' },
      'session-timeout': { type: 'string', default: '4' },
      seed: { type: 'string', default: String(Date.now() % 1_000_000) },
      command: { type: 'string', default: join(root, 'dist', 'enclosure.js') },
      json: { type: 'boolean', default: false },
      out: { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) return undefined;
  const kills = wholeNumber('--kills', values.kills);
  if (kills > mostKills) throw new Error(`expected --kills to be at most ${mostKills}, found ${kills}`);
  return {
    kills,
    environments: wholeNumber('--environments', values.environments),
    sessionTimeoutMs: 1000 * wholeNumber('--session-timeout', values['session-timeout']),
    seed: wholeNumber('--seed', values.seed, 0),
    command: values.command,
    json: values.json,
    ...(values.out !== undefined && { out: values.out }),
  };
}

function wholeNumber(name: string, text: string, least = 1): number {
  const value = Number(text);
  if (!/^\d+$/u.test(text) || value < least) {
    throw new Error(`expected ${name} to be a whole number from ${least} on, found ${text}`);
  }
  return value;
}
