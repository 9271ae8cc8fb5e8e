import { expect, test } from 'vitest';
import type { ExportRequest } from '../../../src/verbs/export/export-from-ensemble.ts';
import type { ExportReport } from '../../../src/verbs/export/export-report.ts';
import { type Ran, runWith } from './fake-world.ts';

const report: ExportReport = {
  ensemble: 'main',
  znode: '/env',
  directory: '/tmp/live',
  znodes: 12,
  files: 10,
  directories: 1,
  bytes: 2048,
  ephemeral: 0,
  changed: 0,
  durationMs: 5,
};

function exporting(result: ExportReport, ...flags: string[]): Promise<Ran> {
  const enclosure = { export: () => Promise.resolve(result) };
  return runWith({ enclosure }, 'export', 'main', '/env', 'live', ...flags);
}

test('export says what became of the tree', async () => {
  expect(await exporting(report)).toMatchObject({
    exitCode: 0,
    stdout: '/env: 12 znodes as 10 files (2.0 KiB) in /tmp/live, 5 ms\n',
  });
  expect((await exporting(report, '--json')).json()).toEqual(report);
});

test('export says what was left out, what changed meanwhile, and that nothing is not synced', async () => {
  const { stdout } = await exporting({ ...report, ephemeral: 2, changed: 1, files: 0 });
  expect(stdout).toContain('2 ephemeral znodes left out\n');
  expect(stdout).toContain('warning: 1 znode changed meanwhile');
  expect(stdout).toContain('warning: the tree holds nothing');
});

test('export passes on ensemble, znode and directory', async () => {
  const asked: ExportRequest[] = [];
  const enclosure = {
    export: (request: ExportRequest) => {
      asked.push(request);
      return Promise.resolve(report);
    },
  };
  await runWith({ enclosure }, 'export', 'main', '/env', 'live');
  expect(asked).toEqual([{ ensemble: 'main', znode: '/env', directory: 'live' }]);
});

test('export --help has an example', async () => {
  expect((await runWith({}, 'export', '--help')).stdout).toContain('Examples:\n  enclosure export');
});
