/** What a namespace's znode says: its generation, and where its level 2 is. */
import { fieldsOf, isCount, isText, parseJson } from '../../base/parse-json.ts';
import { EnclosureError } from '../../base/enclosure-error.ts';
import type { Level2 } from '../bulk-cache-options.ts';

export interface NamespaceFacts {
  readonly format: 1;
  readonly generation: number;
  /** As the process said that came first; for whoever looks and removes. */
  readonly level2: Level2;
}

export function formatNamespace(facts: NamespaceFacts): Buffer {
  return Buffer.from(JSON.stringify(facts));
}

/** Undefined for a namespace that nothing was written to yet. Fails with `state-unreadable`. */
export function parseNamespace(data: Uint8Array, path: string): NamespaceFacts | undefined {
  if (data.length === 0) return undefined;
  const { format, generation, level2 } = fieldsOf(parseJson(data)) ?? {};
  const place = level2Of(level2);
  if (format === 1 && isCount(generation) && place !== undefined)
    return { format, generation, level2: place };
  throw new EnclosureError('state-unreadable', 'the state of a namespace cannot be understood', {
    where: path,
    expected: 'format 1',
    next: 'Update this program, or look at the znode and restore it.',
  });
}

function level2Of(value: unknown): Level2 | undefined {
  const { directory, s3 } = fieldsOf(value) ?? {};
  if (isText(directory)) return { directory };
  const { bucket, prefix, endpoint, region } = fieldsOf(s3) ?? {};
  if (!isText(bucket)) return undefined;
  // Without one that is there but wrong it would be another place, where somebody looks and removes.
  if (![prefix, endpoint, region].every((one) => one === undefined || isText(one))) return undefined;
  return {
    s3: {
      bucket,
      ...(isText(prefix) && { prefix }),
      ...(isText(endpoint) && { endpoint }),
      ...(isText(region) && { region }),
    },
  };
}
