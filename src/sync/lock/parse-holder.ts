/** How a holder is written into znodes and read back. Reading never fails: what is in the znode may be anybody's. */
import type { Holder } from '../../model/holder.ts';

export function holderData(holder: Holder): Buffer {
  return Buffer.from(JSON.stringify(holder));
}

/** Undefined for data that are not a holder's. */
export function parseHolder(data: Uint8Array): Holder | undefined {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(data).toString());
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const fields = value as Record<string, unknown>;
  const text = (name: string): string => (typeof fields[name] === 'string' ? fields[name] : unknown);
  const guid = text('guid');
  if (guid === unknown) return undefined;
  const { pid, done, total } = fields;
  return {
    guid,
    who: text('who'),
    host: text('host'),
    pid: typeof pid === 'number' ? pid : 0,
    since: text('since'),
    run: text('run'),
    ...(typeof done === 'number' && { done }),
    ...(typeof total === 'number' && { total }),
  };
}

/** What is known of whoever made a lock node whose data cannot be read. */
export function unknownHolder(guid: string, created: number): Holder {
  return {
    guid,
    who: unknown,
    host: unknown,
    pid: 0,
    since: new Date(created).toISOString(),
    run: unknown,
  };
}

const unknown = 'unknown';

/** For a message: `alice on build-7, pid 4711, since 2024-01-01T00:00:00.000Z`. */
export function describeHolder(holder: Holder): string {
  return `${holder.who} on ${holder.host}, pid ${holder.pid}, since ${holder.since}`;
}
