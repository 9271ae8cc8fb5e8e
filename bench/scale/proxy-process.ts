/** The delaying proxy in a process of its own, so that it takes no turn of what is measured. It ends with who started it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { startDelayingProxy, type DelayingProxy, type DelayingProxyOptions } from './delaying-proxy.ts';

/** @param module the address of a module that exports `runDelayingProxy`, as Node can load it */
export async function spawnDelayingProxy(
  module: string,
  options: DelayingProxyOptions,
): Promise<DelayingProxy> {
  const program = `import { runDelayingProxy } from ${JSON.stringify(module)}; await runDelayingProxy(${JSON.stringify(options)});`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', program], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  // Its exit code says more than the pipe that breaks when it ends early.
  child.stdin.on('error', () => undefined);
  const exited = once(child, 'exit');
  const said = once(createInterface({ input: child.stdout }), 'line') as Promise<[string]>;
  const line = await Promise.race([said, exited.then(() => undefined)]);
  if (line === undefined) throw new Error('expected the delaying proxy to say its port, it has ended');
  return {
    port: Number(line[0]),
    async stop() {
      child.stdin.end();
      await exited;
    },
  };
}

/** In that process: says its port, and goes on until its input ends. */
export async function runDelayingProxy(options: DelayingProxyOptions): Promise<void> {
  const proxy = await startDelayingProxy(options);
  process.stdout.write(`${proxy.port}\n`);
  process.stdin.resume();
  await once(process.stdin, 'end');
  process.exit(0);
}
