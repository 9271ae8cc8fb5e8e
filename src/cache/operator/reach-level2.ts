/**
 * Level 2 as seen from this host. A directory that is missing here does not count as empty: the result may well be whole,
 * on the host that the directory belongs to. Fails with `store-failed`.
 */
import { stat } from 'node:fs/promises';
import { isAbsolute } from 'node:path';
import { EnclosureError } from '../../base/enclosure-error.ts';
import type { Level2 } from '../bulk-cache-options.ts';
import { openStore } from '../store/open-store.ts';
import type { PartStore } from '../store/part-store.ts';
import type { NamespaceReport } from './namespace-report.ts';

/** For people, as the namespace has it. */
export function level2Place(level2: Level2): string {
  if ('directory' in level2) return `directory ${level2.directory}`;
  const { bucket, prefix = '' } = level2.s3;
  return `s3://${[bucket, ...prefix.split('/')].filter((segment) => segment !== '').join('/')}`;
}

/** @param timeoutMs for one request to S3 */
export async function reachLevel2(
  { level2, paths }: Pick<NamespaceReport, 'level2' | 'paths'>,
  timeoutMs?: number,
): Promise<PartStore> {
  if (level2 === undefined) {
    throw new EnclosureError('store-failed', 'the namespace does not say where its level 2 is', {
      where: paths.namespace,
      next: 'Look for it in the options of the programs that use the namespace.',
    });
  }
  if ('directory' in level2) await requireHere(level2.directory);
  else if (timeoutMs !== undefined) return openStore({ s3: { ...level2.s3, timeout: timeoutMs } });
  return openStore(level2);
}

async function requireHere(directory: string): Promise<void> {
  // Relative to where another process was started.
  const here =
    isAbsolute(directory) && (await stat(directory).catch(() => undefined))?.isDirectory() === true;
  if (here) return;
  throw new EnclosureError('store-failed', 'level 2 cannot be seen from this host', {
    where: directory,
    expected: 'an absolute path of a directory',
    found: isAbsolute(directory) ? 'no such directory here' : 'a relative path',
    next: 'Run this on a host of the programs that use the namespace.',
  });
}
