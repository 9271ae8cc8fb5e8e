/** The flights of this process, at most one for each key. */
import type { Fill } from '../bulk-cache-options.ts';
import { Flight, type FlightOptions } from './flight.ts';
import type { WatchedEntry } from '../coordination/watched-entry.ts';

interface Destination<T> {
  readonly entry: WatchedEntry;
  /** Digest of the key. */
  readonly digest: string;
  readonly fill: Fill<T>;
}

export class Flights<T> {
  readonly #options: Omit<FlightOptions<T>, 'key' | 'entry'>;
  readonly #flights = new Map<string, Flight<T>>();

  constructor(options: Omit<FlightOptions<T>, 'key' | 'entry'>) {
    this.#options = options;
  }

  /** The one that is under way, or a new one, which has to be joined at once. */
  of({ entry, digest }: Pick<Destination<T>, 'entry' | 'digest'>): Flight<T> {
    const before = this.#flights.get(digest);
    if (before !== undefined && !before.isOver) return before;
    const flight = new Flight<T>({ ...this.#options, key: digest, entry });
    this.#flights.set(digest, flight);
    const forget = (): void => {
      if (this.#flights.get(digest) === flight) this.#flights.delete(digest);
    };
    flight.landed.then(forget, forget);
    return flight;
  }

  /** Sees to it that the result is made, for nobody in particular. */
  background(destination: Destination<T>): void {
    const flight = this.of(destination);
    if (flight.callers === 0)
      void flight.join(destination.fill, this.#options.closing).catch(() => undefined);
  }

  /** Resolves when none is under way. */
  async settled(): Promise<void> {
    while (this.#flights.size > 0) {
      await Promise.allSettled([...this.#flights.values()].map(({ landed }) => landed));
    }
  }
}
