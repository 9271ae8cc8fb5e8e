/** What one invocation of a command works with: its world, the global options, and how it prints. */
import { configurationPath, defaultActor, wantsColour } from '../config/process-environment.ts';
import type { Configuration } from '../model/environment.ts';
import { EnclosureError } from '../base/enclosure-error.ts';
import { escapeName } from '../model/znode-path.ts';
import { ProgressDisplay } from './progress-display.ts';
import { styleFor, type Style } from './style.ts';
import type { Opened, Stream, World } from './world.ts';

export interface GlobalOptions {
  readonly config?: string;
  readonly json?: boolean;
  readonly verbose?: boolean;
}

export interface Context {
  readonly world: World;
  readonly signal: AbortSignal;
  readonly json: boolean;
  readonly verbose: boolean;
  /** How standard output and standard error are to look. */
  readonly style: Style;
  readonly errorStyle: Style;
  /** Who asks, for the history. */
  readonly actor: string;
  open(): Promise<Opened>;
  /** Lines for people on standard output; nothing with `--json`. */
  print(lines: readonly string[]): void;
  /** The one document of `--json`. */
  printJson(document: unknown): void;
  /** Bytes as they are on standard output, with no end of line added. */
  printBytes(data: Uint8Array): void;
  /** Lines on standard error. */
  log(lines: readonly string[]): void;
}

export function createContext(world: World, options: GlobalOptions): Context {
  const { json = false, verbose = false } = options;
  const style = (stream: Stream): Style =>
    styleFor({
      colour: wantsColour(world.env, stream.isTTY === true),
      terminal: stream.isTTY === true,
      columns: stream.columns,
      verbose,
    });
  return {
    world,
    signal: world.signal,
    json,
    verbose,
    style: style(world.stdout),
    errorStyle: style(world.stderr),
    actor: defaultActor(world.env),
    open: () => world.open(configurationPath(options.config, world.env)),
    print: (lines) => {
      if (!json) write(world.stdout, lines);
    },
    printJson: (document) => write(world.stdout, [JSON.stringify(document, undefined, 2)]),
    printBytes: (data) => {
      if (!json) world.stdout.write(data);
    },
    log: (lines) => write(world.stderr, lines),
  };
}

function write(stream: Stream, lines: readonly string[]): void {
  if (lines.length > 0) stream.write(`${lines.join('\n')}\n`);
}

/** Runs something long with a progress bar on standard error, or lines there with `--verbose`. */
export async function withProgress<T>(
  context: Context,
  title: string,
  use: (display: ProgressDisplay) => Promise<T>,
): Promise<T> {
  const display = new ProgressDisplay(context.world, { title, verbose: context.verbose });
  try {
    return await use(display);
  } finally {
    display.end();
  }
}

/** The name itself, when the configuration has it; fails with `environment-unknown`. */
export function knownEnvironment(configuration: Configuration, name: string): string {
  if (configuration.environments.has(name)) return name;
  throw new EnclosureError('environment-unknown', 'there is no such environment', {
    expected: `one of ${[...configuration.environments.keys()].join(', ')}`,
    found: `"${escapeName(name)}"`,
  });
}

/** The named environment, or all of them in the configuration's order. */
export function environmentsNamed(configuration: Configuration, name: string | undefined): readonly string[] {
  return name === undefined
    ? [...configuration.environments.keys()]
    : [knownEnvironment(configuration, name)];
}
