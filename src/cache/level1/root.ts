/**
 * The directory for level 1: the one that is configured, or a temporary one of its own, created when it is first needed and
 * removed by `close`. Creating it fails as the operating system does; nothing else here fails.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Root {
  /** What is written outlives this process, and others read it. */
  readonly shared: boolean;
  /** Undefined where there is none yet: nothing can be found in it. */
  readonly path: string | undefined;
  /** Undefined when it is gone for good. What makes something in it is waited for by `close`. */
  make<T>(work: (path: string) => Promise<T>): Promise<T | undefined>;
  close(): Promise<void>;
}

export function openRoot(directory: string | undefined): Root {
  return directory === undefined ? ownRoot() : namedRoot(directory);
}

function namedRoot(path: string): Root {
  return { shared: true, path, make: async (work) => await work(path), close: async () => {} };
}

function ownRoot(): Root {
  let making: Promise<string> | undefined;
  let path: string | undefined;
  let closed = false;
  const busy = new Set<Promise<unknown>>();
  const made = async (): Promise<string> => {
    making ??= mkdtemp(join(tmpdir(), 'enclosure-cache-'));
    try {
      path = await making;
      return path;
    } catch (error) {
      making = undefined;
      throw error;
    }
  };
  return {
    shared: false,
    get path() {
      return path;
    },
    make: async (work) => {
      if (closed) return undefined;
      const doing = made().then(work);
      busy.add(doing);
      try {
        return await doing;
      } finally {
        busy.delete(doing);
      }
    },
    close: async () => {
      closed = true;
      await Promise.allSettled(busy);
      if (path === undefined) return;
      // A result may be renamed into it at this moment.
      await rm(path, { recursive: true, force: true, maxRetries: 3 }).catch(() => undefined);
      path = undefined;
    },
  };
}
