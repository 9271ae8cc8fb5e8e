import { expect, test } from 'vitest';
import { renderSnapshotCache } from '../../../../../src/cli/commands/sync/render-snapshot-cache.ts';
import { styleFor } from '../../../../../src/terminal/style.ts';
import { EnclosureError } from '../../../../../src/base/enclosure-error.ts';

const style = styleFor({ colour: false, terminal: false, verbose: false });

test('a snapshot cache that failed is a warning that says why and what is done instead', () => {
  const error = new EnclosureError('store-failed', 'the object cannot be written', { found: 'ENOSPC' });
  const text = renderSnapshotCache({ event: 'fallback', error }, style).join('\n');
  expect(text).toContain('warning: the snapshot cache failed, so the repository is fetched without it');
  expect(text).toContain('store-failed: the object cannot be written; found ENOSPC');
});

test('of a snapshot cache that works nothing is said', () => {
  expect(renderSnapshotCache({ event: 'hit' }, style)).toEqual([]);
});
