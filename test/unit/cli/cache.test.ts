import { describe, expect, test } from 'vitest';
import type { EntryFacts } from '../../../src/cache/coordination/parse-entry.ts';
import type { DropReport } from '../../../src/cache/operator/drop-keys.ts';
import type { KeyReport } from '../../../src/cache/operator/key-report.ts';
import type { NamespaceReport } from '../../../src/cache/operator/namespace-report.ts';
import { summarizeKeys } from '../../../src/report/documents/namespace-summary.ts';
import { keyFacts, roughly } from '../../../src/cli/commands/cache/key-facts.ts';
import { dropJson, renderDrop } from '../../../src/cli/commands/cache/render-drop.ts';
import { renderKey } from '../../../src/cli/commands/cache/render-key.ts';
import { renderKeys, renderNamespaces } from '../../../src/cli/commands/cache/render-keys.ts';
import { styleFor } from '../../../src/terminal/style.ts';
import { EnclosureError } from '../../../src/base/enclosure-error.ts';
import { runWith } from './fake-world.ts';
import { coloured, plain, terminal, verboseTerminal } from './styles.ts';

const now = 10_000_000;
const digest = '4f3a9c01b2d3'.padEnd(64, '0');
const facts = { format: 1, key: '2026-11', epoch: 3, filling: null, failure: null, result: null } as const;
const result = {
  epoch: 3,
  token: 't',
  count: 12_345,
  bytes: 2048,
  digest: 'm',
  expires: null,
  generation: 1,
};
const filling = { token: 'f', owner: 'host:1', since: now - 12_000 };
const ready: KeyReport = {
  digest,
  state: 'ready',
  modified: now - 125_000,
  facts: { ...facts, state: 'ready', result },
};
const busy: KeyReport = {
  digest,
  state: 'filling',
  modified: now - 12_000,
  facts: { ...facts, state: 'filling', filling },
  progress: { parts: 2, items: 500, bytes: 100, complete: true },
};
const failed: KeyReport = {
  digest,
  state: 'failed',
  modified: now - 5000,
  facts: {
    ...facts,
    state: 'failed',
    failure: { class: 'fill-timeout', retryAfter: now + 90_000, generation: 1 },
  },
};
const namespace: NamespaceReport = {
  namespace: 'orders',
  paths: { namespace: '/enclosure/cache/orders', clock: '/enclosure/cache/orders/clock' },
  keys: [],
  generation: 2,
  level2: { s3: { bucket: 'bulk', prefix: '/a/' } },
};
const error = new EnclosureError('store-failed', 'S3 is away', { next: 'Wait.' });

async function summaryOf(...reports: KeyReport[]) {
  async function* batches() {
    yield await Promise.resolve(reports);
  }
  return await summarizeKeys(namespace, batches());
}

test.each([
  [-5, '0 s'],
  [59_999, '59 s'],
  [60_000, '1 min'],
  [3_599_999, '59 min'],
  [3_600_000, '1 h'],
  [172_799_999, '47 h'],
  [172_800_000, '2 d'],
])('%i ms are roughly %s', (ms, text) => expect(roughly(ms)).toBe(text));

describe('the facts of a key', () => {
  const withResult = (change: { readonly expires: number }): EntryFacts => ({
    ...facts,
    state: 'ready',
    result: { ...result, ...change },
  });
  test.each<[KeyReport, string]>([
    [ready, 'made 2 min ago, good until invalidated'],
    [{ ...ready, facts: withResult({ expires: now + 60_000 }) }, 'made 2 min ago, expires in 1 min'],
    [
      { ...ready, state: 'expired', facts: withResult({ expires: now - 1000 }) },
      'made 2 min ago, expired 1 s ago',
    ],
    [{ ...ready, state: 'invalidated' }, 'made 2 min ago, in generation 1'],
    [busy, 'by host:1 since 12 s, 2 parts, the call has ended'],
    [
      { digest, state: 'filling', modified: now, facts: { ...facts, state: 'filling', filling } },
      'by host:1 since 12 s, nothing in level 2 yet',
    ],
    [{ ...busy, state: 'abandoned' }, 'host:1 is gone, began 12 s ago; the next caller takes over'],
    [failed, 'fill-timeout 5 s ago, not called again for 1 min'],
    [{ digest, state: 'absent', modified: now }, 'nothing written yet, made 0 s ago'],
    [{ digest, state: 'unreadable', modified: now, problem: error }, '[store-failed] S3 is away. Wait.'],
  ])('%#: %s', (report, text) => expect(keyFacts(report, now)).toBe(text));
});

describe('the keys', () => {
  test('stand in a table, with what they come to below it', async () => {
    const reports = [ready, busy, failed];
    expect(renderKeys(await summaryOf(...reports), reports, now, plain)).toEqual([
      'key      state        digest        epoch      items        bytes',
      '2026-11  ready        4f3a9c01b2d3      3      12345      2.0 KiB  made 2 min ago, good until invalidated',
      '2026-11  filling      4f3a9c01b2d3      3        500        100 B  by host:1 since 12 s, 2 parts, the call has ended',
      '2026-11  failed       4f3a9c01b2d3      3          -            -  fill-timeout 5 s ago, not called again for 1 min',
      'orders: generation 2, 3 keys: 1 ready, 1 filling, 1 failed; 2.0 KiB',
      '  level 2  s3://bulk/a',
    ]);
  });

  test('keep to the width of the terminal, whatever they are called', async () => {
    const hostile = {
      ...ready,
      facts: { ...facts, state: 'ready', result, key: '\u001b[31m\n'.repeat(40) },
    } as const;
    for (const columns of [20, 40, 80, 200]) {
      const style = styleFor({ colour: false, terminal: true, columns, verbose: false });
      for (const line of renderKeys(await summaryOf(hostile), [hostile], now, style).slice(0, 2)) {
        expect(line.length).toBeLessThanOrEqual(columns);
        // oxlint-disable-next-line no-control-regex -- these are what must not be there
        expect(line).not.toMatch(/[\u0000-\u001f]/);
      }
    }
  });

  test('are cut on a terminal, not with --verbose', async () => {
    const many = Array.from({ length: 45 }, () => ready);
    const summary = await summaryOf(...many);
    expect(renderKeys(summary, many, now, terminal)).toContain('... and 5 more; --verbose shows all');
    expect(renderKeys(summary, many, now, verboseTerminal)).toHaveLength(48);
  });

  test('have a colour for their state and nothing else', async () => {
    const [, line = ''] = renderKeys(await summaryOf(failed), [failed], now, coloured);
    expect(line).toContain('\u001b[31mfailed     \u001b[39m  ');
    expect(line.split('\u001b')).toHaveLength(3);
  });
});

test('a namespace that cannot be understood is told of beside the others', async () => {
  const { generation: _, level2: __, ...rest } = await summaryOf();
  const broken = { ...rest, problem: new EnclosureError('state-unreadable', 'no namespace') };
  expect(renderNamespaces([broken, await summaryOf(ready)], 'main', plain)).toEqual([
    'orders: generation unknown, 0 keys; 0 B',
    '  level 2  unknown',
    '  error[state-unreadable]: no namespace',
    'orders: generation 2, 1 key: 1 ready; 2.0 KiB',
    '  level 2  s3://bulk/a',
  ]);
});

test('show has a line for each thing that is known', () => {
  const level2 = { folder: 'orders/4f/3-t', error };
  expect(renderKey({ namespace, report: ready, readers: ['0x1', '0x2'], level2, now }, plain)).toEqual([
    'orders: 2026-11',
    '  state    ready, made 2 min ago, good until invalidated',
    `  digest   ${digest}`,
    '  epoch    3',
    '  modified 1970-01-01 02:44:35Z',
    '  result   12345 items, 2.0 KiB, good until invalidated',
    '  made     in epoch 3, generation 1, token t',
    '  manifest m',
    '  readers  session 0x1, session 0x2',
    '  level 2  s3://bulk/a',
    '  folder   orders/4f/3-t',
    '  error[store-failed]: S3 is away. Wait.',
  ]);
  const lost = { folder: 'f', manifest: 'missing', objects: 0 } as const;
  expect(renderKey({ namespace, report: failed, readers: [], level2: lost, now }, plain)).toEqual(
    expect.arrayContaining([
      '  failure  fill-timeout, not called again before 1970-01-01 02:48:10Z',
      '  readers  nobody reads along',
      '  objects  0 objects; the manifest is missing: the next caller makes the call again',
    ]),
  );
});

describe('drop', () => {
  const nothing: DropReport = { dropped: [], refused: [], failed: [], objects: 0, namespaceDropped: false };
  const dropping = (report: Partial<DropReport>, whole = false) => ({
    namespace,
    report: { ...nothing, ...report },
    whole,
    names: new Map([[digest, 'a\n']]),
    now,
  });

  test('says what it could not do, and what to do about it', () => {
    const report = {
      refused: [{ digest, kind: 'read-along' }],
      failed: [{ digest: 'other', error: new EnclosureError('conflict', 'changed', { next: 'Again.' }) }],
      left: error,
    } as const;
    expect(renderDrop(dropping(report, true), plain)).toEqual([
      'orders: 0 keys dropped, 0 objects removed from s3://bulk/a',
      '  refused  a\\u{a} (4f3a9c01b2d3) is being read along',
      '  failed   other',
      '    error[conflict]: changed. Again.',
      '  Wait for them, or add --force: a fill is made again then, and its readers are cut off.',
      '  left     what level 2 has of them; nobody reads it any more, and it may be removed by hand: s3://bulk/a, orders',
      '    error[store-failed]: S3 is away. Wait.',
      '  The namespace stays: it has 2 keys.',
    ]);
    expect(dropJson(dropping(report))).toEqual({
      namespace: 'orders',
      dropped: [],
      refused: [{ digest, key: 'a\n', why: 'read-along', owner: null, since: null }],
      failed: [
        { digest: 'other', key: null, error: expect.objectContaining({ code: 'conflict' }) as unknown },
      ],
      objects: 0,
      namespaceDropped: false,
      left: expect.objectContaining({ code: 'store-failed', next: 'Wait.' }) as unknown,
    });
  });

  test('of all says what became of the namespace', () => {
    const last = (report: Partial<DropReport>) => renderDrop(dropping(report, true), plain).at(-1);
    expect(last({ namespaceDropped: true })).toBe('  The namespace is gone with them.');
    expect(last({})).toBe('  The namespace stays: something came into it meanwhile.');
  });
});

test('every command of the cache has help with examples, and complains as the others do', async () => {
  for (const command of [[], ['ls'], ['show'], ['drop']]) {
    const ran = await runWith({}, 'cache', ...command, '--help');
    expect(ran).toMatchObject({ exitCode: 0, stderr: '' });
    expect(ran.stdout).toContain(`Examples:\n  ${['enclosure cache', ...command].join(' ')}`);
  }
  const wrong = await runWith({}, 'cache', 'drop', 'orders', '--al');
  expect(wrong).toMatchObject({ exitCode: 1, stdout: '', openedWith: [] });
  expect(wrong.stderr).toMatch(/^error\[usage-invalid\]: unknown option '--al'/);
  const none = await runWith({}, 'cache');
  expect(none).toMatchObject({ exitCode: 1, stdout: '' });
  expect(none.stderr).toContain('Usage: enclosure cache');
});
