/**
 * What every queue holds, whatever it is made of. An implementation passes by running this suite; see
 * `in-process-queue.test.ts`. Work is counted and released by conditions, so it is the same for a queue in memory and
 * for one over a network.
 */
import { afterEach, describe, expect, it } from 'vitest';
import { EnclosureError } from '../../src/base/enclosure-error.ts';
import type { Queue } from '../../src/model/ports/queue.ts';
import type { SyncRequest } from '../../src/model/sync/sync-request.ts';
import { waitFor } from '../../harness/wait-for.ts';

export interface QueueSubject {
  readonly queue: Queue;
  /** What was given up, in order. */
  readonly dead: readonly SyncRequest[];
  /** Makes the queue refuse whatever it is sent from now on. */
  refuse(): Promise<void>;
  /** Ends the queue and whatever was started for it. */
  stop(): Promise<void>;
}

export interface QueueSubjectOptions {
  readonly work: (request: SyncRequest, signal: AbortSignal) => Promise<void>;
  /** How often a request is tried in all. */
  readonly attempts: number;
}

export function describeQueue(
  name: string,
  start: (options: QueueSubjectOptions) => Promise<QueueSubject>,
): void {
  describe(`${name} holds the contract of a queue`, () => {
    let subject: QueueSubject | undefined;
    const worked: SyncRequest[] = [];
    const gates: (() => void)[] = [];
    afterEach(async () => {
      for (const open of gates.splice(0)) open();
      await subject?.stop();
      subject = undefined;
      worked.length = 0;
    });

    /** A queue whose work is recorded and then does what `then` says, by the request and how often it was worked. */
    async function startWith(
      then: (request: SyncRequest, times: number) => Promise<void> | void = () => undefined,
    ): Promise<QueueSubject> {
      subject = await start({
        attempts: 3,
        work: async (request) => {
          worked.push(request);
          await then(request, worked.filter((other) => other.delivery === request.delivery).length);
        },
      });
      return subject;
    }

    /** Something that work can wait for; opened at the end of the test in any case. */
    function makeGate(): { readonly opened: Promise<void>; readonly open: () => void } {
      const controller = new AbortController();
      const open = (): void => controller.abort();
      gates.push(open);
      return {
        opened: new Promise((resolve) => controller.signal.addEventListener('abort', () => resolve())),
        open,
      };
    }

    const deliveries = (): (string | undefined)[] => worked.map((request) => request.delivery);

    it('hands over exactly what was sent, once', async () => {
      const { queue } = await startWith();
      const sent = [push('production', 'one'), scheduled('staging')];
      await queue.send(sent);
      await waitFor('both to be worked', () => worked.length >= 2);
      expect(worked.toSorted(byEnvironment)).toEqual(sent);
    });

    it('takes nothing for nothing', async () => {
      const { queue } = await startWith();
      await queue.send([]);
      await queue.send([push('production', 'one')]);
      await waitFor('the one to be worked', () => worked.length >= 1);
      expect(deliveries()).toEqual(['one']);
    });

    it('works the requests of one environment in order and never two at a time', async () => {
      let running = 0;
      let most = 0;
      const { queue } = await startWith(async () => {
        running += 1;
        most = Math.max(most, running);
        await new Promise((resolve) => setImmediate(resolve));
        running -= 1;
      });
      // Each names another commit, so that none makes another needless.
      const commits = ['0', '1', '2', '3', '4', '5', '6', '7'];
      for (const digit of commits) {
        await queue.send([{ ...push('production', digit), commit: digit.repeat(40) }]);
      }
      await waitFor('all to be worked', () => worked.length >= commits.length);
      expect(deliveries()).toEqual(commits);
      expect(most).toBe(1);
    });

    it('F32: lets no environment wait for another', async () => {
      const gate = makeGate();
      const { queue } = await startWith((request) =>
        request.environment === 'blocked' ? gate.opened : undefined,
      );
      await queue.send([push('blocked', 'first'), push('production', 'second')]);
      await waitFor('the other to be worked', () => deliveries().includes('second'));
      gate.open();
    });

    it('works the newest of several, so that its effect is there at the end', async () => {
      const gate = makeGate();
      const { queue } = await startWith((request) => (request.delivery === '1' ? gate.opened : undefined));
      await queue.send([push('production', '1')]);
      await waitFor('the first to run', () => worked.length === 1);
      await queue.send([push('production', '2')]);
      await queue.send([push('production', '3')]);
      gate.open();
      await waitFor('the newest to be worked', () => deliveries().at(-1) === '3');
    });

    it('never lets a request make one of another effect needless', async () => {
      const gate = makeGate();
      const { queue } = await startWith((request) => (request.delivery === '1' ? gate.opened : undefined));
      await queue.send([push('production', '1')]);
      await waitFor('the first to run', () => worked.length === 1);
      await queue.send([{ ...push('production', '2'), commit: 'a'.repeat(40) }]);
      await queue.send([{ ...push('production', '3'), full: true }]);
      await queue.send([push('production', '4')]);
      gate.open();
      await waitFor('all to be worked', () => worked.length >= 4);
      expect(deliveries()).toEqual(['1', '2', '3', '4']);
    });

    it('F53: works the same delivery again after it succeeded', async () => {
      const { queue } = await startWith();
      await queue.send([push('production', 'same')]);
      await waitFor('the first', () => worked.length === 1);
      await queue.send([push('production', 'same')]);
      await waitFor('the second', () => worked.length === 2);
    });

    it('F53: works the same delivery again after it failed for good', async () => {
      const started = await startWith((_, times) => {
        if (times === 1) throw new EnclosureError('repository-denied', 'not now');
      });
      await started.queue.send([push('production', 'same')]);
      await waitFor('the first to be given up', () => started.dead.length === 1);
      await started.queue.send([push('production', 'same')]);
      await waitFor('the second', () => worked.length === 2);
      expect(started.dead).toHaveLength(1);
    });

    it.each([
      ['an error that may pass', new EnclosureError('repository-unreachable', 'away')],
      ['an error that nobody foresaw', new TypeError('a fault')],
    ])('tries again after %s', async (_, error) => {
      const started = await startWith((request, times) => {
        if (request.delivery === 'one' && times < 3) throw error;
      });
      await started.queue.send([push('production', 'one')]);
      await waitFor('three attempts', () => worked.length === 3);
      await started.queue.send([push('production', 'two')]);
      await waitFor('the next', () => deliveries().at(-1) === 'two');
      expect(deliveries()).toEqual(['one', 'one', 'one', 'two']);
      expect(started.dead).toEqual([]);
    });

    it('F56: gives a request up after its last attempt, and goes on with those behind it', async () => {
      const started = await startWith((request) => {
        if (request.delivery === 'poison') throw new EnclosureError('git-failed', 'always');
      });
      const poison = { ...push('production', 'poison'), commit: 'a'.repeat(40) };
      await started.queue.send([poison]);
      await started.queue.send([push('production', 'next')]);
      await waitFor('the next to be worked', () => deliveries().includes('next'));
      expect(deliveries()).toEqual(['poison', 'poison', 'poison', 'next']);
      expect(started.dead).toEqual([poison]);
    });

    it('gives up at once what cannot succeed', async () => {
      const started = await startWith(() => {
        throw new EnclosureError('zookeeper-denied', 'never');
      });
      await started.queue.send([push('production', 'one')]);
      await waitFor('it to be given up', () => started.dead.length === 1);
      expect(deliveries()).toEqual(['one']);
    });

    it('F54: fails when it cannot take a request', async () => {
      const started = await startWith();
      await started.refuse();
      await expect(started.queue.send([push('production', 'one')])).rejects.toMatchObject({
        code: 'queue-refused',
      });
    });

    it('takes nothing after it was closed', async () => {
      const { queue } = await startWith();
      await queue.close();
      await expect(queue.send([push('production', 'one')])).rejects.toMatchObject({ code: 'queue-refused' });
      expect(worked).toEqual([]);
    });
  });
}

function push(environment: string, delivery: string): SyncRequest {
  return {
    environment,
    reason: 'push',
    actor: 'alice',
    delivery,
    time: '2026-01-02T03:04:05.000Z',
    repository: 'config',
    ref: 'refs/heads/main',
    hint: 'b'.repeat(40),
  };
}

function scheduled(environment: string): SyncRequest {
  return { environment, reason: 'schedule', actor: 'schedule', time: '2026-01-02T03:04:05.000Z', full: true };
}

function byEnvironment(one: SyncRequest, other: SyncRequest): number {
  return one.environment.localeCompare(other.environment);
}
