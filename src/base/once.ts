/**
 * Makes a function that does its work once and keeps what came of it, as a function does with what it needs once per cold
 * start. A failure is not kept: the next call tries again, so that one bad moment does not stay for as long as the
 * container lives.
 */
export function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return async () => {
    const current = (made ??= make());
    try {
      return await current;
    } catch (error) {
      if (made === current) made = undefined;
      throw error;
    }
  };
}
