import type { PartStore } from '../../../../src/cache/store/part-store.ts';

export interface Put {
  readonly name: string;
  readonly bytes: Uint8Array;
  end(error?: Error): void;
}

/** A store in memory, where every `put` waits for the test to end it, unless the gate is open. */
export function memoryStore(gate: 'open' | 'closed') {
  const objects = new Map<string, Uint8Array>();
  const waiting: Put[] = [];
  let most = 0;
  let isOpen = gate === 'open';
  const put = (name: string, bytes: Uint8Array): Promise<void> =>
    new Promise((resolve, reject) => {
      const end = (error?: Error): void => {
        waiting.splice(waiting.indexOf(one), 1);
        if (error !== undefined) return reject(error);
        objects.set(name, bytes);
        resolve();
      };
      const one: Put = { name, bytes, end };
      waiting.push(one);
      most = Math.max(most, waiting.length);
      if (isOpen) end();
    });
  const store: PartStore = {
    place: 'memory',
    put,
    get: (name) => Promise.resolve(objects.has(name) ? Buffer.from(objects.get(name) ?? []) : undefined),
    list: (prefix) => Promise.resolve([...objects.keys()].filter((name) => name.startsWith(`${prefix}/`))),
    remove: (names) => {
      for (const name of names) objects.delete(name);
      return Promise.resolve();
    },
    close: () => Promise.resolve(),
  };
  /** Of the parts that wait: by their number. */
  const part = (index: number): Put => {
    const found = waiting.find(({ name }) => name.endsWith(String(index).padStart(6, '0')));
    if (found === undefined) throw new Error(`no part ${index} is on its way`);
    return found;
  };
  return {
    store,
    objects,
    waiting,
    part,
    open(): void {
      isOpen = true;
      while (waiting[0] !== undefined) waiting[0].end();
    },
    /** That were on their way at a time. */
    get most() {
      return most;
    },
  };
}
