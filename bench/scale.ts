/**
 * `npm run bench -- scale`: what the main benchmark cannot show, because there everything is on one machine and fits easily.
 * Each part starts a server of its own, prints its tables, and adds to one JSON document. What follows from the figures
 * stands in docs/performance.md.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeEnclosure, describeMachine } from './compare/machine.ts';
import { benchEnvironments } from './scale/environments.ts';
import { benchMillion } from './scale/million.ts';
import { help, parseScaleArguments, type Part, type ScaleOptions } from './scale/options.ts';
import { benchRoundTrips } from './scale/round-trips.ts';

export { runDelayingProxy } from './scale/proxy-process.ts';

const measures: Readonly<Record<Part, (options: ScaleOptions) => Promise<object>>> = {
  'round-trips': benchRoundTrips,
  million: benchMillion,
  environments: benchEnvironments,
};

export async function benchScale(root: string, args: readonly string[]): Promise<void> {
  const parsed = parseScaleArguments(args);
  if (parsed === undefined) {
    process.stdout.write(help);
    return;
  }
  const directory = await mkdtemp(join(tmpdir(), 'enclosure-scale-'));
  try {
    const options = {
      ...parsed,
      command: join(root, 'dist', 'enclosure.js'),
      directory,
      say: (text: string) => void process.stderr.write(`${text}\n`),
    };
    const results: Record<string, object> = {};
    for (const part of parsed.wanted) results[part] = await measures[part](options);
    if (parsed.out === undefined) return;
    const document = {
      formatVersion: 1,
      date: new Date().toISOString(),
      quick: parsed.quick,
      machine: describeMachine(),
      enclosure: describeEnclosure(root),
      ...results,
    };
    await writeFile(parsed.out, `${JSON.stringify(document, undefined, 2)}\n`);
  } finally {
    await rm(directory, { recursive: true, force: true, maxRetries: 5 });
  }
}
