/**
 * A function the way Lambda runs it: the runtime client of AWS on Node 22 loads the packaged handler in a process of its
 * own with Lambda's environment, and asks the Runtime API for events, which the test serves. As in Lambda,
 *
 * - the process is started by the first invocation (a cold start) and kept for the next ones;
 * - between invocations it and its children are frozen, so nothing happens that the handler did not wait for;
 * - at the deadline it is killed, whatever it is doing, and the next invocation is a cold start.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { requireAwsTools } from './aws-tools.ts';
import {
  startRuntimeApi,
  type FunctionError,
  type InvocationResult,
  type RuntimeApi,
} from './runtime-api.ts';
import { whenWeDie } from './when-we-die.ts';

export interface LambdaOptions {
  /** What would be in the image: holds `handler`'s module. */
  readonly directory: string;
  /** `sync.handler`: the function `handler` of `sync.mjs`. */
  readonly handler: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly memoryMegabytes?: number;
}

export interface LambdaFunction {
  /** One at a time. Settles with the function's answer or error, which includes a failed start. */
  invoke(event: unknown, options?: InvokeOptions): Promise<InvocationResult>;
  /** How long each cold start took, from starting the process until it asked for its first event. */
  readonly coldStartsMs: readonly number[];
  /** Everything it wrote to stdout and stderr so far. */
  readonly output: string;
  /** What takes the place of /tmp: kept between invocations, and new after a cold start. */
  readonly writableDirectory: string | undefined;
  stop(): Promise<void>;
}

export interface InvokeOptions {
  /** The function's timeout. */
  readonly deadlineMs?: number;
}

interface Container {
  readonly api: RuntimeApi;
  readonly directory: string;
  readonly child: ChildProcess;
  /** Settles with the reason when the process has ended, whatever ended it. */
  readonly ended: Promise<FunctionError>;
}

export function createLambda(options: LambdaOptions): LambdaFunction {
  const coldStartsMs: number[] = [];
  let output = '';
  let container: Container | undefined;

  async function start(): Promise<Container> {
    const { node, runtimeClient } = requireAwsTools();
    let initError: FunctionError | undefined;
    const api = await startRuntimeApi({
      onWaiting: () => signal(child, 'SIGSTOP'),
      onInitError: (error) => (initError = error),
    });
    const directory = await mkdtemp(join(tmpdir(), 'enclosure-function-'));
    const started = performance.now();
    const child = spawn(node, [runtimeClient], {
      cwd: options.directory,
      env: environmentOf(options, api.address, directory),
      stdio: ['ignore', 'pipe', 'pipe'],
      // A group of its own, so that git is frozen and killed with it.
      detached: true,
    });
    const callOff = whenWeDie(['kill', '-9', `-${child.pid}`], directory);
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => (output += text));
    }
    const ended = once(child, 'close').then(async ([code, name]: readonly unknown[]) => {
      container = undefined;
      // Its children end with it, as they do in Lambda.
      signal(child, 'SIGKILL');
      callOff();
      await api.stop();
      await rm(directory, { recursive: true, force: true, maxRetries: 5 });
      return (
        initError ?? { errorType: 'Runtime.ExitError', errorMessage: `it ended with ${String(name ?? code)}` }
      );
    });
    void api.waiting().then(() => coldStartsMs.push(performance.now() - started));
    return { api, directory, child, ended };
  }

  return {
    coldStartsMs,
    get output() {
      return output;
    },
    get writableDirectory() {
      return container?.directory;
    },
    async invoke(event, { deadlineMs = 60_000 } = {}) {
      container ??= await start();
      const { api, child, ended } = container;
      const died = ended.then((error): InvocationResult => ({ error }));
      const early = await Promise.race([api.waiting(), died]);
      if (early !== undefined) return early;

      signal(child, 'SIGCONT');
      let late: FunctionError | undefined;
      const timer = setTimeout(() => {
        late = { errorType: 'Sandbox.Timedout', errorMessage: `timed out after ${deadlineMs} ms` };
        signal(child, 'SIGKILL');
      }, deadlineMs);
      const result = await Promise.race([api.hand(event, Date.now() + deadlineMs), died]);
      clearTimeout(timer);
      return late === undefined ? result : { error: late };
    },
    async stop() {
      const last = container;
      if (last === undefined) return;
      signal(last.child, 'SIGKILL');
      await last.ended;
    },
  };
}

function signal({ pid }: ChildProcess, name: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, name);
  } catch {
    // Nobody of the group is left.
  }
}

/** https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html */
function environmentOf(options: LambdaOptions, address: string, directory: string): NodeJS.ProcessEnv {
  const name = `enclosure-${options.handler.split('.')[0] ?? ''}`;
  return {
    PATH: process.env['PATH'],
    LANG: 'en_US.UTF-8',
    TZ: ':UTC',
    TMPDIR: directory,
    AWS_LAMBDA_RUNTIME_API: address,
    _HANDLER: options.handler,
    LAMBDA_TASK_ROOT: options.directory,
    LAMBDA_RUNTIME_DIR: options.directory,
    AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs22.x',
    AWS_LAMBDA_FUNCTION_NAME: name,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(options.memoryMegabytes ?? 512),
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${name}`,
    AWS_LAMBDA_LOG_STREAM_NAME: 'test',
    ENCLOSURE_CACHE_DIRECTORY: join(directory, 'enclosure'),
    ...options.environment,
  };
}
