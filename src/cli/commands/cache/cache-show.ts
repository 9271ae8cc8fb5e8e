/** `enclosure cache show`: one key of the bulk call cache, and whether level 2 still has its result. */
import { ensembleTime } from '../../../cache/operator/ensemble-time.ts';
import { findKey } from '../../../cache/operator/find-key.ts';
import { inspectLevel2, readReaders } from '../../../cache/operator/inspect-level2.ts';
import type { KeyReport } from '../../../cache/operator/key-report.ts';
import { requireNamespace } from '../../../cache/operator/namespace-report.ts';
import { readKeys } from '../../../cache/operator/read-keys.ts';
import { type ShownKey, shownKeyJson } from '../../../report/documents/key-json.ts';
import type { Context } from '../../../terminal/context.ts';
import type { ExitCode } from '../../../terminal/exit-code.ts';
import { type CacheAccess, type CacheFlags, withCache } from './cache-access.ts';
import { renderKey } from './render-key.ts';

export async function cacheShow(
  context: Context,
  namespace: string,
  key: string,
  flags: CacheFlags,
): Promise<ExitCode> {
  const shown = await withCache(context, flags, (access) => look(access, namespace, key, context.signal));
  if (context.json) context.printJson(shownKeyJson(shown));
  else context.print(renderKey(shown, context.style));
  return 0;
}

async function look(
  { channel, stateRoot }: CacheAccess,
  name: string,
  key: string,
  signal: AbortSignal,
): Promise<ShownKey> {
  const namespace = await requireNamespace(channel, stateRoot, name);
  const digest = findKey(namespace.keys, key, namespace.paths.namespace);
  const now = await ensembleTime(channel, namespace.paths);
  let report: KeyReport = { digest, state: 'absent', modified: now };
  for await (const [found] of readKeys(channel, namespace, [digest], { now, signal }))
    report = found ?? report;
  const [readers, level2] = await Promise.all([
    readReaders(channel, namespace, digest),
    inspectLevel2(namespace, report, signal),
  ]);
  return { namespace, report, readers, level2, now };
}
