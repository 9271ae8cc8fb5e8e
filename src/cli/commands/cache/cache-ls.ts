/** `enclosure cache ls`: the namespaces of the bulk call cache, or the keys of one. */
import { ensembleTime } from '../../../cache/operator/ensemble-time.ts';
import type { KeyReport } from '../../../cache/operator/key-report.ts';
import { namespaceNames, readNamespace, requireNamespace } from '../../../cache/operator/namespace-report.ts';
import { readKeys } from '../../../cache/operator/read-keys.ts';
import { withCache, type CacheAccess, type CacheFlags } from './cache-access.ts';
import { keyJson, namespaceJson } from '../../../report/documents/key-json.ts';
import { summarizeKeys, type NamespaceSummary } from '../../../report/documents/namespace-summary.ts';
import type { Context } from '../../../terminal/context.ts';
import type { ExitCode } from '../../../terminal/exit-code.ts';
import { renderKeys, renderNamespaces } from './render-keys.ts';

export async function cacheLs(
  context: Context,
  namespace: string | undefined,
  flags: CacheFlags,
): Promise<ExitCode> {
  await withCache(context, flags, async (access) => {
    if (namespace === undefined) await listNamespaces(context, access);
    else await listKeys(context, access, namespace);
  });
  return 0;
}

async function listNamespaces(context: Context, { ensemble, stateRoot, channel }: CacheAccess) {
  const { signal } = context;
  const summaries: NamespaceSummary[] = [];
  for (const name of await namespaceNames(channel, stateRoot)) {
    const namespace = await readNamespace(channel, stateRoot, name);
    if (namespace === undefined) continue;
    const now = await ensembleTime(channel, namespace.paths);
    const batches = readKeys(channel, namespace, namespace.keys, { now, signal });
    summaries.push(await summarizeKeys(namespace, batches));
  }
  if (context.json) context.printJson(summaries.map(namespaceJson));
  else context.print(renderNamespaces(summaries, ensemble, context.style));
}

async function listKeys(context: Context, { stateRoot, channel }: CacheAccess, name: string) {
  const { signal } = context;
  const namespace = await requireNamespace(channel, stateRoot, name);
  const now = await ensembleTime(channel, namespace.paths);
  const reports: KeyReport[] = [];
  const summary = await summarizeKeys(
    namespace,
    gathered(readKeys(channel, namespace, namespace.keys, { now, signal }), reports),
  );
  reports.sort(byText);
  if (context.json) context.printJson(reports.map(keyJson));
  else context.print(renderKeys(summary, reports, now, context.style));
}

async function* gathered(batches: AsyncIterable<readonly KeyReport[]>, into: KeyReport[]) {
  for await (const batch of batches) {
    for (const report of batch) into.push(report);
    yield batch;
  }
}

function byText(one: KeyReport, other: KeyReport): number {
  const [a, b] = [one, other].map(({ facts, digest }) => `${facts?.key ?? ''}\n${digest}`);
  return (a ?? '') < (b ?? '') ? -1 : 1;
}
