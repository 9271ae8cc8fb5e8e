/**
 * The quickstart: a push becomes znodes, on real parts only. Everything it says of what it shows is checked; it exits
 * with 0 when all of it held, and with everything it made removed.
 */
import { CleanUp } from './clean-up.ts';
import { ClaimFailed, heading, say } from './narrate.ts';
import { setTheStage, type Stage } from './stage.ts';
import { applicationsHear, applicationsJoin } from './story/applications.ts';
import { firstLoad } from './story/first-load.ts';
import { history } from './story/history.ts';
import { oneTransaction } from './story/one-transaction.ts';
import { redelivery } from './story/redelivery.ts';
import { repair } from './story/repair.ts';
import { explainUse } from './explain-use.ts';
import { untilReady } from './until-ready.ts';

const scenes = [firstLoad, applicationsJoin, oneTransaction, applicationsHear, redelivery, repair, history];

const signals = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

export interface Options {
  /** The project's folder. */
  readonly root: string;
  /** Leave everything running at the end, until interrupted. */
  readonly keep: boolean;
}

/** Returns the exit code. */
export async function quickstart(options: Options): Promise<number> {
  const cleanUp = new CleanUp();
  const interrupted = new Promise<number>((resolve) => {
    for (const [name, code] of Object.entries(signals)) process.once(name, () => resolve(code));
  });
  const code = await Promise.race([play(options, cleanUp), interrupted]);
  // With --keep, being interrupted is the way to end it.
  if (code === 0 && options.keep) await interrupted;
  const left = await cleanUp.run();
  for (const problem of left) process.stderr.write(`could not remove ${problem}\n`);
  if (left.length > 0) return 1;
  say('\nEverything the quickstart made has been removed.');
  return code;
}

async function play({ root, keep }: Options, cleanUp: CleanUp): Promise<number> {
  const started = performance.now();
  try {
    const stage = await setTheStage(root, cleanUp);
    await introduce(stage);
    for (const scene of scenes) await scene(stage);
    say(`\nAll of it held, in ${((performance.now() - started) / 1000).toFixed(0)} s.`);
    if (keep) explainUse(stage);
    return 0;
  } catch (error) {
    // What fails while everything is being removed fails for that reason.
    if (cleanUp.isRunning) return 1;
    const message = error instanceof ClaimFailed ? error.message : (error as Error).stack;
    process.stderr.write(`\nquickstart failed: ${message}\n`);
    return 1;
  }
}

async function introduce(stage: Stage): Promise<void> {
  heading('Enclosure: a push becomes znodes');
  say(
    `ZooKeeper    ${stage.ensemble}`,
    `repository   ${stage.repository.bare} (bare, with a post-receive hook that sends the webhook)`,
    `serve        ${stage.url}, log in ${stage.directory}/serve.log`,
    `directory    ${stage.directory}, with enclosure.yaml`,
  );
  await untilReady(stage);
}
