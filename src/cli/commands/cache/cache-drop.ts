/** `enclosure cache drop`: forgets keys of the bulk call cache, and removes what level 2 has of them. */
import { dropKeys } from '../../../cache/operator/drop-keys.ts';
import { ensembleTime } from '../../../cache/operator/ensemble-time.ts';
import { findKey } from '../../../cache/operator/find-key.ts';
import { requireNamespace } from '../../../cache/operator/namespace-report.ts';
import { readKeys } from '../../../cache/operator/read-keys.ts';
import { EnclosureError } from '../../../base/enclosure-error.ts';
import type { OnProgress } from '../../../model/progress.ts';
import { withCache, type CacheAccess, type CacheFlags } from './cache-access.ts';
import { withProgress, type Context } from '../../../terminal/context.ts';
import type { ExitCode } from '../../../terminal/exit-code.ts';
import { dropJson, renderDrop, type Dropping } from './render-drop.ts';

export interface DropFlags extends CacheFlags {
  readonly all?: boolean;
  readonly force?: boolean;
}

interface Wanted {
  readonly namespace: string;
  /** Undefined for all. */
  readonly key: string | undefined;
  readonly force: boolean;
}

/** 1 where something could not be removed, 3 where somebody is at work on a key. */
export async function cacheDrop(
  context: Context,
  namespace: string,
  key: string | undefined,
  flags: DropFlags,
): Promise<ExitCode> {
  const { all = false, force = false } = flags;
  if (all === (key !== undefined)) {
    throw new EnclosureError('usage-invalid', 'say what to drop', {
      expected: 'a key, or --all',
      found: all ? 'both' : 'neither',
    });
  }
  const { signal } = context;
  const dropping = await withProgress(context, namespace, ({ onProgress }) =>
    withCache(context, flags, (access) => drop(access, { namespace, key, force }, { signal, onProgress })),
  );
  if (context.json) context.printJson(dropJson(dropping));
  else context.print(renderDrop(dropping, context.style));
  const { refused, failed, left } = dropping.report;
  if (failed.length > 0 || left !== undefined) return 1;
  return refused.length > 0 ? 3 : 0;
}

async function drop(
  { channel, stateRoot }: CacheAccess,
  { namespace: name, key, force }: Wanted,
  { signal, onProgress }: { readonly signal: AbortSignal; readonly onProgress: OnProgress },
): Promise<Dropping> {
  const namespace = await requireNamespace(channel, stateRoot, name);
  const whole = key === undefined;
  const digests = whole ? namespace.keys : [findKey(namespace.keys, key, namespace.paths.namespace)];
  const now = await ensembleTime(channel, namespace.paths);
  const names = new Map<string, string>();
  for await (const batch of readKeys(channel, namespace, digests, { now, signal })) {
    for (const { digest, facts } of batch) if (facts !== undefined) names.set(digest, facts.key);
    if (whole) onProgress({ phase: 'read', done: names.size, total: digests.length });
  }
  const report = await dropKeys(channel, namespace, digests, {
    force,
    whole,
    signal,
    onDropped: (done, total) => onProgress({ phase: 'write', done, total }),
  });
  return { namespace, report, whole, names, now };
}
