/**
 * Somebody goes back in the middle of a storm of signed webhooks into `serve`, with a reconcile every second besides:
 * nothing is applied while the environment is held, and after `resume` one deployment brings it to the head.
 */
import { expect, inject, onTestFinished, test } from 'vitest';
import { startServer } from '../../src/serve/start-server.ts';
import { createEnclosure } from '../../src/enclosure/create-enclosure.ts';
import { createEnvironment } from '../../harness/environment-fixture.ts';
import { waitFor } from '../../harness/wait-for.ts';
import { secretOf } from '../integration/intake/webhook/configuration-of.ts';
import { pushPayload } from '../integration/intake/webhook/push-payloads.ts';
import { deliveryHeaders, webhookSecret } from '../integration/intake/webhook/sign.ts';
import { recordingLog } from '../unit/serve/recording-log.ts';

interface Answer {
  readonly queued: readonly string[];
  readonly held?: Readonly<Record<string, { readonly who: string; readonly why: string | null }>>;
}

test('a rollback stays through a storm of webhooks, whose answers come to name the hold', async () => {
  const repositoryWith = { provider: 'github', webhookSecrets: [secretOf(webhookSecret)] } as const;
  const fixture = await createEnvironment(inject('zookeeper'));
  onTestFinished(() => fixture.remove());
  const repository = { name: 'config', url: fixture.git.url, ...repositoryWith };
  const environment = { ...fixture.environment, repository };
  const configuration = {
    ...fixture.configuration,
    repositories: new Map([['config', repository]]),
    environments: new Map([['production', environment]]),
  };
  const { log, lines } = recordingLog();
  const enclosure = createEnclosure(configuration, { PATH: process.env['PATH'] });
  const server = await startServer({ configuration, enclosure, log, port: 0, reconcileEveryMs: 1000 });
  onTestFinished(() => server.close());
  let pushes = 0;
  const push = async (): Promise<Answer> => {
    pushes += 1;
    const commit = fixture.git.commit({ a: `${pushes}` });
    const body = JSON.stringify(pushPayload({ ref: 'refs/heads/main', after: commit }));
    const headers = deliveryHeaders(body, { 'x-github-delivery': `delivery-${pushes}` });
    const answer = await fetch(`${server.url}/webhooks/config`, { method: 'POST', body, headers });
    expect(answer.status).toBe(202);
    return (await answer.json()) as Answer;
  };
  const applied = async (): Promise<{ readonly revision: number; readonly a: string | undefined }> => {
    const [status] = await fixture.enclosure.status(['production']);
    return { revision: status?.state?.revision ?? 0, a: (await fixture.texts())['a'] };
  };
  await push();
  await waitFor('the first revision', async () => (await applied()).revision === 1);
  await push();
  await waitFor('the second revision', async () => (await applied()).revision === 2);

  const early = Promise.all(Array.from({ length: 10 }, push));
  const time = new Date().toISOString();
  const back = await fixture.enclosure.rollback({
    environment: 'production',
    actor: 'alice',
    why: 'wallet broke',
    to: { revision: 1 },
    time,
  });
  expect(back.result).toMatchObject({ outcome: 'applied' });
  await early;
  const { revision } = back.result;
  const held = { production: { who: 'alice', why: 'wallet broke', until: null } };
  await waitFor('an answer that names the hold', async () => (await push()).held !== undefined);
  for (let late = 0; late < 10; late += 1) expect((await push()).held).toEqual(held);
  const outcomes = lines.length;
  await waitFor('a push and a reconcile that came after it to be held', () => {
    const after = lines.slice(outcomes).filter((line) => line['outcome'] === 'held');
    return ['push', 'schedule'].every((reason) => after.some((line) => line['reason'] === reason));
  });
  expect(await applied()).toEqual({ revision, a: '1' });

  // The next reconcile, or what still waits in the queue.
  await fixture.enclosure.resume({ environment: 'production', actor: 'alice' });
  await waitFor('the head', async () => (await applied()).a === `${pushes}`);
  expect(await applied()).toEqual({ revision: revision + 1, a: `${pushes}` });
});
