/**
 * One invocation: arguments in, exit code out; never throws. Whatever a command did not handle itself is printed here,
 * on standard error and, with `--json`, as the one document on standard output.
 */
import { CommanderError, type Command } from 'commander';
import { EnclosureError } from '../base/enclosure-error.ts';
import { createContext } from '../terminal/context.ts';
import { errorJson } from '../report/documents/error-json.ts';
import { exitCodeOf, type ExitCode } from '../terminal/exit-code.ts';
import { createProgram } from './program/create-program.ts';
import { renderError } from '../terminal/render-error.ts';
import type { World } from '../terminal/world.ts';

/** `argv` without the names of the program: `['plan', 'production']`. */
export async function run(argv: readonly string[], world: World): Promise<number> {
  let exitCode = 0;
  const program = createProgram(world, (code) => (exitCode = code));
  configureOutput(program, world);
  try {
    await program.parseAsync([...argv], { from: 'user' });
    return exitCode;
  } catch (error) {
    return report(error, argv, world);
  }
}

function report(error: unknown, argv: readonly string[], world: World): ExitCode {
  // Not from the parsed options: they may be what could not be parsed.
  const context = createContext(world, {
    json: argv.includes('--json'),
    verbose: argv.includes('--verbose') || argv.includes('-v'),
  });
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return 0;
    if (context.json) context.printJson({ error: errorJson(usageError(error)) });
    return 1;
  }
  context.log(renderError(error, context.errorStyle));
  if (context.json) context.printJson({ error: errorJson(error) });
  return exitCodeOf(error);
}

/** Commander has printed it already, with its hint at what was meant. */
function usageError(error: CommanderError): EnclosureError {
  return new EnclosureError('usage-invalid', error.message.replace(/^error: /, ''), {
    next: 'Run enclosure --help',
  });
}

/** Commander's own messages in the form of ours; they repeat arguments, which are escaped like every other name. */
function configureOutput(program: Command, world: World): void {
  const { errorStyle } = createContext(world, {});
  const commands = program.commands.flatMap((command) => [command, ...command.commands]);
  for (const command of [program, ...commands]) {
    command.configureOutput({
      writeOut: (text) => void world.stdout.write(text),
      writeErr: (text) => void world.stderr.write(text),
      getOutHelpWidth: () => world.stdout.columns ?? 100,
      getErrHelpWidth: () => world.stderr.columns ?? 100,
      outputError: (text, write) => {
        const error = new EnclosureError('usage-invalid', text.trimEnd().replace(/^error: /, ''));
        write(`${renderError(error, errorStyle).join('\n')}\n`);
      },
    });
  }
}
