/** A disk that tells of every operation, those on open files included, before it is done and afterwards. */
import { nodeDisk, type Disk } from '../../../../src/files/disk.ts';

export interface Operation {
  /** `rename`, `open`, and of an open file `file.sync`, `file.close`. */
  readonly name: string;
  readonly path: string;
  /** The second argument where it is a text: the new path of a rename. */
  readonly to: string | undefined;
}

export interface Watcher {
  readonly before?: (operation: Operation) => void;
  readonly after?: (operation: Operation) => void;
}

export function watchedDisk(watcher: Watcher): Disk {
  return watched({ ...nodeDisk }, watcher, '', undefined);
}

type Method = (...values: unknown[]) => unknown;

function watched<T extends object>(target: T, watcher: Watcher, prefix: string, file: string | undefined): T {
  return new Proxy(target, {
    get(object, key): unknown {
      const method: unknown = Reflect.get(object, key);
      if (typeof method !== 'function' || typeof key !== 'string') return method;
      return async (...values: unknown[]) => {
        const [path, to] = values.map((value) => (typeof value === 'string' ? value : undefined));
        const operation = { name: `${prefix}${key}`, path: file ?? path ?? '', to };
        watcher.before?.(operation);
        const result = await (method as Method).apply(object, values);
        watcher.after?.(operation);
        return key === 'open' ? watched(result as object, watcher, 'file.', operation.path) : result;
      };
    },
  });
}
