/** What was exported, for people. Pure. */
import type { ExportReport } from '../../../verbs/export/export-report.ts';
import { escapeName } from '../../../model/znode-path.ts';
import { count, formatBytes, formatDuration } from '../../../terminal/format-bytes.ts';
import type { Style } from '../../../terminal/style.ts';

export function renderExport(report: ExportReport, { colours }: Style): string[] {
  const { znode, directory, znodes, files, bytes, ephemeral, changed, durationMs } = report;
  const { bold, yellow } = colours;
  const warn = (text: string): string => `${yellow('warning')}: ${text}`;
  return [
    ...(ephemeral === 0 ? [] : [`${count(ephemeral, 'ephemeral znode')} left out`]),
    ...(changed === 0
      ? []
      : [
          warn(
            `${count(changed, 'znode')} changed meanwhile: export again when nobody writes, to have the tree of one moment`,
          ),
        ]),
    ...(files === 0 ? [warn('the tree holds nothing, and a directory without files is not synced')] : []),
    `${bold(escapeName(znode))}: ${count(znodes, 'znode')} as ${count(files, 'file')} (${formatBytes(bytes)}) in ${escapeName(directory)}, ${formatDuration(durationMs)}`,
  ];
}
