/** Pushes to all environments at once, one after the other, each told to serve by GitHub's webhook. */
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { GitFixture } from '../../harness/git-fixture.ts';
import { pushPayload } from '../../test/integration/intake/webhook/push-payloads.ts';
import { deliveryHeaders } from '../../test/integration/intake/webhook/sign.ts';
import type { ServeProcess } from './serve-process.ts';

export interface Pushing {
  readonly pushed: () => number;
  /** Allows this many more. */
  allow(pushes: number): void;
  /** After the signal has fired: a last push. Returns its commit. */
  last(): Promise<string>;
}

/** How often it looks whether it may push. */
const everyMs = 50;
/** A push that no run follows for so long is followed by the next all the same. */
const patienceMs = 500;

export interface PushingParts {
  readonly names: readonly string[];
  readonly git: GitFixture;
  readonly serve: ServeProcess;
}

export function keepPushing({ names, git, serve }: PushingParts, stopping: AbortSignal): Pushing {
  let [pushed, allowed] = [0, 0];
  const push = async (): Promise<string> => {
    pushed += 1;
    const files = names.map((name) => [`${name}/counter`, String(pushed)] as const);
    const commit = git.commit(Object.fromEntries(files), { patch: true });
    const body = JSON.stringify(
      pushPayload({ ref: 'refs/heads/main', after: commit, repository: { full_name: 'soak/config' } }),
    );
    const headers = deliveryHeaders(body, { 'x-github-delivery': randomUUID() });
    // One that does not arrive because serve has just died is lost as GitHub loses it; the reconcile finds the commit.
    const signal = AbortSignal.timeout(2000);
    const sent = await fetch(`${serve.url}/webhooks/config`, { method: 'POST', headers, body, signal }).catch(
      () => undefined,
    );
    await sent?.body?.cancel();
    if (sent !== undefined && sent.status < 500 && sent.status !== 202) {
      throw new Error(`expected a webhook to be answered with 202, found ${sent.status}`);
    }
    return commit;
  };
  const run = async (): Promise<void> => {
    while (!stopping.aborted) {
      if (pushed < allowed) {
        const [before, begun] = [serve.ended(), performance.now()];
        await push();
        while (serve.ended() === before && performance.now() - begun < patienceMs) await delay(everyMs);
      }
      await delay(everyMs);
    }
  };
  const running = run();
  // Whoever stops it hears of its failure.
  running.catch(() => undefined);
  return {
    pushed: () => pushed,
    allow: (pushes) => void (allowed += pushes),
    async last() {
      await running;
      return await push();
    },
  };
}
