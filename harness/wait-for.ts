import { setTimeout as delay } from 'node:timers/promises';

/**
 * Waits until `probe` returns something other than undefined or false, and returns it. The limit is generous because
 * the machine is shared: a test fails by the condition, never by the time.
 */
export async function waitFor<T>(
  what: string,
  probe: () => Promise<T | undefined | false> | T | undefined | false,
  limitMs = 150_000,
): Promise<T> {
  const end = Date.now() + limitMs;
  let last: unknown;
  while (Date.now() < end) {
    try {
      const value = await probe();
      if (value !== undefined && value !== false) return value;
      last = undefined;
    } catch (error) {
      last = error;
    }
    await delay(20);
  }
  throw new Error(`waited ${limitMs} ms in vain for ${what}`, { cause: last });
}
