import { expect, test } from 'vitest';
import { renderSharedFetch } from '../../../../../src/cli/commands/sync/render-shared-fetch.ts';
import { styleFor } from '../../../../../src/terminal/style.ts';
import { EnclosureError } from '../../../../../src/base/enclosure-error.ts';

const style = styleFor({ colour: false, terminal: false, verbose: false });

test('a shared fetch that failed is a warning that says why and what is done instead', () => {
  const error = new EnclosureError('store-failed', 'the object cannot be written', { found: 'ENOSPC' });
  const text = renderSharedFetch({ event: 'fallback', error }, style).join('\n');
  expect(text).toContain('warning: the shared fetch failed, so this run fetches from the git host itself');
  expect(text).toContain('store-failed: the object cannot be written; found ENOSPC');
});

test('shared fetches that work are not mentioned', () => {
  expect(renderSharedFetch({ event: 'hit' }, style)).toEqual([]);
});
