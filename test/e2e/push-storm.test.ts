/**
 * F55: pushes and messages that arrive twice, late and in any order, at several sync functions at a time. The order is
 * random and comes from a seed, which the test names; STORM_SEED repeats a run.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { noNode22 } from '../../harness/aws-tools.ts';
import { packageFunctions, type FunctionPackage } from '../../harness/package-functions.ts';
import { seededRandom } from '../../harness/seeded-random.ts';
import { startSqsEmulator, type SqsEmulator } from '../../harness/sqs-emulator.ts';
import { createDeployment, type Deployment } from './deployment.ts';

const environments = ['one', 'two', 'three', 'four', 'five'];
const pushes = 50;
const seed = Number(process.env['STORM_SEED'] ?? Date.now() % 1_000_000);

describe.skipIf(noNode22 !== undefined)('a storm of pushes', () => {
  let emulator: SqsEmulator;
  let functions: FunctionPackage;
  let deployment: Deployment;
  beforeAll(async () => {
    [emulator, functions] = await Promise.all([startSqsEmulator(), packageFunctions()]);
    deployment = await createDeployment({
      emulator,
      functions: functions.directory,
      environments,
      // A message that is handed out again on purpose must not end among the dead letters.
      queue: { maxReceiveCount: 1000 },
    });
  });
  afterAll(async () => {
    await deployment.remove();
    await emulator.stop();
    await functions.remove();
  });

  test(`F34, F55: 50 pushes to 5 environments, at random and some twice, end at the heads (seed ${seed})`, async () => {
    // Two of them, because what the functions do interleaves differently in every run.
    const [random, again] = [seededRandom(seed), seededRandom(seed + 1)];
    const commits = new Map<string, string[]>(environments.map((name) => [name, []]));
    const undelivered: { readonly environment: string; readonly commit: string }[] = [];
    const deliverOne = async (): Promise<void> => {
      const [push] = undelivered.splice(Math.floor(random() * undelivered.length), 1);
      if (push === undefined) return;
      const answer = await deployment.deliver(push.environment, push.commit);
      expect(answer).toEqual({ status: 202, body: { queued: [push.environment] } });
    };

    const source = deployment.startEventSource({
      functions: [deployment.addSync(), deployment.addSync(), deployment.addSync()],
      repeat: () => again() < 0.2,
      overlap: () => again() < 0.3,
    });
    for (let index = 0; index < pushes; index += 1) {
      // Ten for each, in a random order.
      const open = environments.filter(
        (name) => (commits.get(name)?.length ?? 0) < pushes / environments.length,
      );
      const environment = open[Math.floor(random() * open.length)] ?? '';
      const made = commits.get(environment) ?? [];
      const files = { counter: String(made.length + 1), [`file-${made.length + 1}`]: `of ${environment}` };
      const commit = deployment.git.commit(files, { branch: environment, patch: made.length > 0 });
      made.push(commit);
      undelivered.push({ environment, commit });
      if (random() < 0.3) undelivered.push({ environment, commit });
      while (undelivered.length > 0 && random() < 0.55) await deliverOne();
    }
    while (undelivered.length > 0) await deliverOne();
    await source.drained();
    await source.stop();

    expect(source.batches.length).toBeGreaterThanOrEqual(pushes);
    for (const environment of environments) {
      const made = commits.get(environment) ?? [];
      const history = await deployment.history(environment);
      const places = history.map(({ commit }) => made.indexOf(commit));
      // Forward only, none twice, none left out in between: each record begins where the one before it ended.
      expect(places, environment).toEqual([...new Set(places)].toSorted((one, other) => one - other));
      expect(history.map(({ revision }) => revision)).toEqual(history.map((_, index) => index + 1));
      expect(history.map(({ previousCommit }) => previousCommit)).toEqual([
        null,
        ...history.slice(0, -1).map(({ commit }) => commit),
      ]);
      expect(await deployment.state(environment)).toMatchObject({
        revision: history.length,
        commit: made.at(-1),
        phase: 'applied',
      });
      const tree = await deployment.tree(environment);
      const expected = made.map((_, index) => [`file-${index + 1}`, `of ${environment}`]);
      expect(await deployment.texts(environment)).toEqual({
        ...Object.fromEntries(expected),
        counter: String(made.length),
      });
      // Every commit changes the counter: its version says how often something was applied, whatever the history says.
      expect(tree.get('counter')?.version, environment).toBe(history.length - 1);
      for (const [path, { version }] of tree) if (path.startsWith('file-')) expect(version, path).toBe(0);
    }
  });
});
