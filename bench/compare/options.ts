/** The command line of `npm run bench`. */
import { parseArgs } from 'node:util';
import { modes, type Mode } from './schedule.ts';

export const help = `Measures Enclosure beside what a user would write instead, and beside what the server can do.

  npm run bench [-- --quick] [--rounds N] [--json] [--out FILE.json] [--chart FILE.svg]
  npm run bench -- chart RESULT.json FILE.svg
  npm run bench -- functions | agents | cache | scale | soak

  --quick         10,000 files only, 2 rounds, under three minutes; the targets, which are for 100,000, are not judged
  --rounds N      rounds that count (default: ${modes.full.rounds}, quick ${modes.quick.rounds}); one more warms the server up
  --json          one JSON document on stdout, the table on stderr
  --out FILE      writes the JSON to a file as well
  --chart FILE    draws the chart as SVG
  --help          this

It starts a ZooKeeper of its own and waits until the machine is quiet. Ends with 1 where a contestant's tree is not what
git says.

Examples:
  npm run bench -- --quick
  npm run bench -- --out bench/results/new.json --chart docs/images/bench.svg
  npm run --silent bench -- --json | jq .targets
  npm run bench -- chart bench/results/new.json docs/images/bench.svg
`;

export interface CompareOptions {
  readonly mode: Mode;
  readonly rounds: number;
  readonly json: boolean;
  readonly out?: string;
  readonly chart?: string;
}

/** Undefined where help is asked for. Fails with a message for people. */
export function parseCompareOptions(args: readonly string[]): CompareOptions | undefined {
  const { values } = parseArgs({
    args: [...args],
    options: {
      quick: { type: 'boolean' },
      rounds: { type: 'string' },
      json: { type: 'boolean' },
      out: { type: 'string' },
      chart: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help === true) return undefined;
  const mode = values.quick === true ? 'quick' : 'full';
  const rounds = Number(values.rounds ?? modes[mode].rounds);
  if (!Number.isInteger(rounds) || rounds < 1) {
    throw new Error(`expected --rounds to be a whole number from 1 on, found ${values.rounds}`);
  }
  return {
    mode,
    rounds,
    json: values.json === true,
    ...(values.out !== undefined && { out: values.out }),
    ...(values.chart !== undefined && { chart: values.chart }),
  };
}
