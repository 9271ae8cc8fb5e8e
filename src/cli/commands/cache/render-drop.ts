/** What was dropped, what was not, and what to do about it; for people and for programs. Pure. */
import type { AtWork } from '../../../cache/operator/drop-key.ts';
import type { DropReport } from '../../../cache/operator/drop-keys.ts';
import type { NamespaceReport } from '../../../cache/operator/namespace-report.ts';
import { level2Place } from '../../../cache/operator/reach-level2.ts';
import { escapeName } from '../../../model/znode-path.ts';
import { errorJson } from '../../../report/documents/error-json.ts';
import { count } from '../../../terminal/format-bytes.ts';
import { roughly } from './key-facts.ts';
import { renderError } from '../../../terminal/render-error.ts';
import type { Style } from '../../../terminal/style.ts';

export interface Dropping {
  readonly namespace: NamespaceReport;
  readonly report: DropReport;
  /** Whether all were to be dropped. */
  readonly whole: boolean;
  /** Texts by digest, as far as they are known. */
  readonly names: ReadonlyMap<string, string>;
  /** Ensemble's time. */
  readonly now: number;
}

export function renderDrop({ namespace, report, whole, names, now }: Dropping, style: Style): string[] {
  const { bold, yellow, red } = style.colours;
  const { dropped, refused, failed, objects, left } = report;
  const name = (digest: string): string => {
    const text = names.get(digest);
    return text === undefined ? digest : `${escapeName(text)} (${digest.slice(0, 12)})`;
  };
  const place = namespace.level2 === undefined ? 'level 2' : escapeName(level2Place(namespace.level2));
  return [
    `${bold(escapeName(namespace.namespace))}: ${count(dropped.length, 'key')} dropped, ` +
      `${count(objects, 'object')} removed from ${place}`,
    ...refused.map((one) => `  ${yellow('refused')}  ${name(one.digest)} ${atWork(one, now)}`),
    ...failed.flatMap(({ digest, error }) => [
      `  ${red('failed')}   ${name(digest)}`,
      ...renderError(error, style).map((line) => `    ${line}`),
    ]),
    ...(refused.length === 0
      ? []
      : ['  Wait for them, or add --force: a fill is made again then, and its readers are cut off.']),
    ...(left === undefined
      ? []
      : [
          `  ${yellow('left')}     what level 2 has of them; nobody reads it any more, and it may be removed by hand: ` +
            `${place}, ${whole ? namespace.namespace : `${namespace.namespace}/${dropped[0] ?? ''}`}`,
          ...renderError(left, style).map((line) => `    ${line}`),
        ]),
    ...(whole ? [namespaceLine(report)] : []),
  ];
}

function namespaceLine({ namespaceDropped, refused, failed }: DropReport): string {
  if (namespaceDropped) return '  The namespace is gone with them.';
  const kept = refused.length + failed.length;
  return kept > 0
    ? `  The namespace stays: it has ${count(kept, 'key')}.`
    : '  The namespace stays: something came into it meanwhile.';
}

function atWork({ kind, owner, since }: AtWork, now: number): string {
  if (kind === 'read-along') return 'is being read along';
  return `is being filled by ${escapeName(owner ?? 'somebody')} since ${roughly(now - (since ?? now))}`;
}

export function dropJson({ namespace, report, names }: Dropping) {
  const { dropped, refused, failed, objects, namespaceDropped, left } = report;
  const named = (digest: string) => ({ digest, key: names.get(digest) ?? null });
  return {
    namespace: namespace.namespace,
    dropped: dropped.map(named),
    refused: refused.map(({ digest, kind, owner, since }) => ({
      ...named(digest),
      why: kind,
      owner: owner ?? null,
      since: since === undefined ? null : new Date(since).toISOString(),
    })),
    failed: failed.map(({ digest, error }) => ({ ...named(digest), error: errorJson(error) })),
    objects,
    namespaceDropped,
    left: left === undefined ? null : errorJson(left),
  };
}
