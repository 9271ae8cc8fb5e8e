/**
 * Takes an environment's lock, first come first served, or gives up leaving nothing behind.
 *
 * Fails with `lock-timeout` when it was not obtained in time, naming the holder; with `lock-lost` when the own lock node
 * or the lock directory disappeared; with `lock-broken` when the directory cannot work as a lock; and as session and
 * channel do. On any failure the own lock node is removed; what cannot be removed goes when the session is closed.
 */
import { EnclosureError, isEnclosureError, throwIfAborted } from '../../base/enclosure-error.ts';
import type { Holder } from '../../model/holder.ts';
import type { Channel } from '../../model/ports/channel.ts';
import { orAborted } from '../../base/or-aborted.ts';
import type { Session } from '../../model/ports/session.ts';
import { awaitTurn, type Ahead } from './await-turn.ts';
import { enqueue, ownNodes } from './enqueue.ts';
import { describeHolder } from './parse-holder.ts';
import { removeLockNodes, type Lock } from './lock.ts';
import { shieldZnode } from '../../zookeeper/tree/shield-znode.ts';
import { raiseFence } from './raise-fence.ts';
import { readLock } from './read-lock.ts';

export interface AcquireOptions {
  /** Owns the lock node. */
  readonly session: Session;
  /** For the transaction that raises the fence, and for reading. */
  readonly channel: Channel;
  /** The lock directory; it must exist. */
  readonly directory: string;
  /** Its guid is unique to this attempt. */
  readonly holder: Holder;
  /** How long to wait behind others; 0 to wait for nobody. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
  /** Called whenever somebody else turns out to be before us. */
  readonly onWaiting?: (ahead: Ahead) => void;
}

/** Even who waits for nobody gives the server this long to answer. */
const leastMs = 2_000;

export async function acquireLock(options: AcquireOptions): Promise<Lock> {
  const { session, directory, holder, timeoutMs, signal } = options;
  throwIfAborted(signal);
  const patience = deadline(timeoutMs, options);
  const limit = deadline(Math.max(timeoutMs, leastMs), options);
  const stop = AbortSignal.any([limit.signal, ...(signal === undefined ? [] : [signal])]);
  const step = <T>(promise: Promise<T>): Promise<T> => orAborted(promise, stop);
  try {
    const name = await step(enqueue(session, directory, holder, stop));
    const node = `${directory}/${name}`;
    await step(shieldZnode(session, options.channel, directory, node));
    await step(
      awaitTurn(session, directory, name, async (fired, ahead) => {
        options.onWaiting?.(ahead);
        await orAborted(fired, AbortSignal.any([patience.signal, stop]));
      }),
    );
    const fence = await step(raiseFence(options.channel, directory, node, holder));
    return { fence, node, lost: session.lost, release: () => removeLockNodes(session, async () => [node]) };
  } catch (error) {
    const timedOut = isEnclosureError(error, 'lock-timeout');
    const explained = timedOut ? await nameHolder(error, options) : error;
    // The create may still be under way: on one session the server answers in order, so this finds what it makes.
    await removeLockNodes(session, () =>
      ownNodes(session, directory, holder.guid).then((names) => names.map((name) => `${directory}/${name}`)),
    );
    throw explained;
  } finally {
    patience.clear();
    limit.clear();
  }
}

interface Deadline {
  readonly signal: AbortSignal;
  clear(): void;
}

function deadline(ms: number, { directory, timeoutMs }: AcquireOptions): Deadline {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(timeout(directory, timeoutMs)), ms);
  return { signal: controller.signal, clear: () => clearTimeout(timer) };
}

function timeout(directory: string, timeoutMs: number, held?: Holder): EnclosureError {
  return new EnclosureError('lock-timeout', `the lock was not obtained within ${timeoutMs} ms`, {
    where: directory,
    ...(held !== undefined && { found: `held by ${describeHolder(held)}` }),
    next: 'Wait for the holder to finish, or give it more time; `enclosure status` shows who holds it and who waits.',
  });
}

async function nameHolder(error: EnclosureError, options: AcquireOptions): Promise<EnclosureError> {
  const { channel, directory, timeoutMs, holder } = options;
  try {
    const lock = await orAborted(readLock(channel, directory), AbortSignal.timeout(leastMs));
    if (lock?.holder === undefined || lock.holder.guid === holder.guid) return error;
    return timeout(directory, timeoutMs, lock.holder);
  } catch {
    return error; // the timeout is what matters; who held it would have been nice to know
  }
}
