import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** One webhook as it was sent. */
export interface Delivery {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export const deliveryHeader = 'x-github-delivery';

/** What the hook kept, see examples/hooks/post-receive.mjs. */
export async function lastDelivery(directory: string): Promise<Delivery> {
  const files = (await readdir(directory)).map((name) => join(directory, name));
  const times = await Promise.all(files.map(async (file) => ({ file, time: (await stat(file)).mtimeMs })));
  const newest = times.toSorted((one, other) => other.time - one.time)[0];
  if (newest === undefined) throw new Error(`no delivery in ${directory}: the hook has not run`);
  return JSON.parse(await readFile(newest.file, 'utf8')) as Delivery;
}
