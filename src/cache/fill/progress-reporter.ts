/**
 * Publishes how far a fill is: one transaction at a time, each with the latest progress. The next report makes up for one
 * that fails; only the last, which says that the items are complete, is repeated until it arrives.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { isEnclosureError } from '../../base/enclosure-error.ts';
import type { Claim } from '../coordination/claim.ts';
import { publishProgress } from '../coordination/published-progress.ts';
import type { Stored } from './part-writer.ts';

/** Every report wakes all readers of the fill. */
const shortestPauseMs = 20;

export class ProgressReporter {
  readonly #claim: Claim;
  readonly #onLost: () => void;
  #latest: Stored = { parts: 0, items: 0, bytes: 0 };
  #published = 0;
  #loop: Promise<void> | undefined;
  #busy = false;
  #over = false;

  /** @param onLost called when the claim turns out not to be good any more */
  constructor(claim: Claim, onLost: () => void) {
    this.#claim = claim;
    this.#onLost = onLost;
  }

  report(stored: Stored): void {
    this.#latest = stored;
    if (!this.#busy) this.#loop = this.#publishAll();
  }

  /** Says that everything is there. Fails when the session is lost. */
  async complete(): Promise<void> {
    await this.stop();
    const progress = { ...this.#latest, complete: true };
    const { session } = this.#claim;
    if (!(await session.ask((channel) => publishProgress(channel, this.#claim, progress)))) this.#onLost();
  }

  /** Never fails. */
  async stop(): Promise<void> {
    this.#over = true;
    await this.#loop;
  }

  async #publishAll(): Promise<void> {
    this.#busy = true;
    while (!this.#over && this.#published < this.#latest.parts && (await this.#publish())) {
      await delay(shortestPauseMs);
    }
    // At once, and not when the promise settles: a report in between would be lost.
    this.#busy = false;
  }

  /** Whether to go on. */
  async #publish(): Promise<boolean> {
    const { session } = this.#claim;
    const { parts, items, bytes } = this.#latest;
    try {
      const channel = await session.link.channel();
      const isGood = await publishProgress(channel, this.#claim, { parts, items, bytes, complete: false });
      if (!isGood) this.#onLost();
      this.#published = parts;
      return isGood;
    } catch (error) {
      return isEnclosureError(error) && error.retryable && !session.isOver;
    }
  }
}
