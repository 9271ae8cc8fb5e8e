/** The real parts that the story plays on: ZooKeeper, a configuration repository, `enclosure serve`, the command line. */
import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../harness/free-port.ts';
import type { Application } from './application.ts';
import type { CleanUp } from './clean-up.ts';
import { configurationText, environments } from './configuration-text.ts';
import { deliveryHeader, lastDelivery, type Delivery } from './deliveries.ts';
import { openEnsemble } from './ensemble.ts';
import { openLiveTree, type LiveTree } from './live-tree.ts';
import { showCommand } from './narrate.ts';
import { makeRepository, type ConfigRepository } from './repository.ts';
import { runCommand, type Ran } from './run-command.ts';
import { startServe, type LogLine, type Serve } from './serve.ts';

export interface Stage {
  /** The project's folder. */
  readonly root: string;
  readonly directory: string;
  /** The command, `enclosure`. */
  readonly program: string;
  readonly cleanUp: CleanUp;
  /** Once they have joined. */
  applications?: { readonly shop: Application; readonly checkout: Application };
  readonly ensemble: string;
  readonly connect: string;
  readonly url: string;
  readonly repository: ConfigRepository;
  readonly serve: Serve;
  readonly tree: LiveTree;
  /** Runs `enclosure` with these arguments, shows both, and returns the rest. */
  enclosure(...args: readonly string[]): Promise<Ran>;
  /** What the hook sent last. */
  delivery(): Promise<Delivery>;
  /** Waits until `serve` has told what became of a delivery in every environment, and returns its log lines. */
  handled(delivery: Delivery, times?: number): Promise<LogLine[]>;
}

export async function setTheStage(root: string, cleanUp: CleanUp): Promise<Stage> {
  const directory = await realpath(await mkdtemp(join(tmpdir(), 'enclosure-quickstart-')));
  cleanUp.add(directory, () => rm(directory, { recursive: true, force: true, maxRetries: 5 }));
  const ensemble = await openEnsemble(cleanUp);
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const secret = randomBytes(24).toString('hex');
  const deliveries = join(directory, 'deliveries');
  const hook = { url: `${url}/webhooks/config`, secret, deliveries };
  const repository = await makeRepository(root, directory, hook);
  await writeFile(
    join(directory, 'enclosure.yaml'),
    configurationText({
      connect: ensemble.connect,
      repository: repository.bare,
      cacheDirectory: join(directory, 'cache'),
    }),
  );
  const program = await writeLauncher(root, directory);

  const tree = await openLiveTree(ensemble.connect);
  cleanUp.add('the connection to ZooKeeper', () => tree.close());
  const env = { ENCLOSURE_WEBHOOK_SECRET: secret };
  const logFile = join(directory, 'serve.log');
  const serving = startServe({ program, port, cwd: directory, logFile, env });
  const serve = await cleanUp.start('enclosure serve', serving, (started) => started.stop());

  const colour = process.stdout.isTTY && process.env['NO_COLOR'] === undefined ? { FORCE_COLOR: '1' } : {};
  return {
    root,
    directory,
    program,
    cleanUp,
    ensemble: ensemble.description,
    connect: ensemble.connect,
    url,
    repository,
    serve,
    tree,
    async enclosure(...args) {
      const ran = await runCommand(program, args, { cwd: directory, env: colour });
      showCommand(`enclosure ${args.join(' ')}`, ran.output);
      return ran;
    },
    delivery: () => lastDelivery(deliveries),
    handled: (delivery, times = 1) =>
      serve.logged(
        'the delivery',
        (line) => line['delivery'] === delivery.headers[deliveryHeader] && line['outcome'] !== undefined,
        (lines) => lines.length >= times * environments.length,
      ),
  };
}

/** `./enclosure` in the quickstart's directory, so that the commands can be tried as they are shown. */
async function writeLauncher(root: string, directory: string): Promise<string> {
  const file = join(directory, 'enclosure');
  await writeFile(
    file,
    `#!/bin/sh\nexec '${process.execPath}' '${join(root, 'dist', 'enclosure.js')}' "$@"\n`,
  );
  await chmod(file, 0o755);
  return file;
}
