/** The command line of `npm run bench -- scale`. */
import { parseArgs } from 'node:util';

export const parts = ['round-trips', 'million', 'environments'] as const;
export type Part = (typeof parts)[number];

export const help = `Measures what one machine does not show: a far ensemble, a million znodes, a thousand environments.

  npm run bench -- scale [round-trips] [million] [environments] [--quick] [--out FILE.json]

  --quick           a tenth of everything, to see that it works
  --rounds N        of round-trips, that count (default: 3); one more warms the server up
  --files N         of round-trips (default: 100,000) and million
  --environments N  of environments (default: 1,000, which takes half an hour)
  --server-heap N   MiB for the server of million (default: 1000, what zkServer.sh gives it)
  --out FILE        writes the JSON to a file
  --help            this

Examples:
  npm run bench -- scale round-trips --quick
  npm run bench -- scale million --server-heap 4000 --out million.json
`;

export interface ScaleArguments {
  readonly wanted: readonly Part[];
  readonly quick: boolean;
  readonly rounds: number;
  readonly files?: number;
  readonly environments?: number;
  readonly heapMiB?: number;
  readonly out?: string;
}

export interface ScaleOptions extends ScaleArguments {
  /** The built command. */
  readonly command: string;
  /** For everything that is made on the way. */
  readonly directory: string;
  readonly say: (text: string) => void;
}

/** Undefined where help is asked for. Fails with a message for people. */
export function parseScaleArguments(args: readonly string[]): ScaleArguments | undefined {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      quick: { type: 'boolean' },
      rounds: { type: 'string' },
      files: { type: 'string' },
      environments: { type: 'string' },
      'server-heap': { type: 'string' },
      out: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help === true) return undefined;
  const unknown = positionals.filter((name) => !parts.some((part) => part === name));
  if (unknown.length > 0) {
    throw new Error(`expected one of ${parts.join(', ')}, found ${unknown.join(', ')}`);
  }
  const files = wholeNumber('--files', values.files);
  const environments = wholeNumber('--environments', values.environments);
  const heapMiB = wholeNumber('--server-heap', values['server-heap']);
  const quick = values.quick === true;
  return {
    wanted: parts.filter((part) => positionals.length === 0 || positionals.includes(part)),
    quick,
    rounds: wholeNumber('--rounds', values.rounds) ?? (quick ? 1 : 3),
    ...(files !== undefined && { files }),
    ...(environments !== undefined && { environments }),
    ...(heapMiB !== undefined && { heapMiB }),
    ...(values.out !== undefined && { out: values.out }),
  };
}

function wholeNumber(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) {
    throw new Error(`expected ${name} to be a whole number from 1 on, found ${text}`);
  }
  return value;
}
