import { spawn } from 'node:child_process';
import { once } from 'node:events';

export interface Ran {
  readonly code: number;
  readonly stdout: string;
  /** Both streams as they came, for showing. */
  readonly output: string;
}

/** Runs a program to its end; its exit code is the caller's to judge. */
export async function runCommand(
  program: string,
  args: readonly string[],
  options: { readonly cwd: string; readonly env?: NodeJS.ProcessEnv },
): Promise<Ran> {
  const env = { ...process.env, ...options.env };
  const child = spawn(program, args, { cwd: options.cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let [stdout, output] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
    output += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => (output += text));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code: code ?? 1, stdout, output };
}
