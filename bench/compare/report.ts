/** A result as people read it: every row, what Enclosure takes in comparison, the targets. Pure; coloured where asked. */
import pc from 'picocolors';
import type { BenchResult, ResultRow } from './result.ts';
import type { Target, Verdict } from './targets.ts';
import { activities, contestants, workloads, type Activity, type WorkloadId } from './subjects.ts';

type Cells = readonly string[];

export function renderResult(result: BenchResult, colour: boolean): string {
  const colours = pc.createColors(colour);
  const heading = ['', 'median', 'least..most', 'n', 'MiB', 'Enclosure takes'];
  const groups = groupsOf(result.rows).map(([title, rows]) => ({
    title,
    lines: rows.map((row) => rowCells(result, row)),
  }));
  const widths = columnWidths([heading, ...groups.flatMap(({ lines }) => lines)]);
  const parts = [
    factsText(result),
    colours.dim(align(heading, widths)),
    ...groups.map(({ title, lines }) =>
      [
        colours.bold(title),
        ...lines.map((cells) => {
          const line = align(cells, widths);
          return cells[0]?.trim() === contestants.enclosure ? colours.cyan(line) : line;
        }),
      ].join('\n'),
    ),
    targetsText(result, colours),
    ...result.unverified.map(({ contestant, after, problem }) =>
      colours.red(`${contestants[contestant]} could not be verified after ${after}: ${problem}`),
    ),
    ...result.remarks,
    ...(result.noRatios === null ? [] : [colours.yellow(`No ratios: ${result.noRatios}.`)]),
  ];
  return `${parts.join('\n')}\n`;
}

function groupsOf(rows: readonly ResultRow[]): (readonly [string, readonly ResultRow[]])[] {
  const keys = (Object.keys(activities) as Activity[]).flatMap((activity) =>
    (Object.keys(workloads) as WorkloadId[]).map((workload) => ({ activity, workload })),
  );
  const order = Object.keys(contestants);
  return keys.flatMap(({ activity, workload }) => {
    const group = rows
      .filter((row) => row.activity === activity && row.workload === workload)
      .toSorted((one, other) => order.indexOf(one.contestant) - order.indexOf(other.contestant));
    const size = workloads[workload] === '' ? '' : `, ${workloads[workload]}`;
    return group.length === 0 ? [] : [[`${activities[activity].title}${size}`, group] as const];
  });
}

function rowCells(result: BenchResult, row: ResultRow): Cells {
  const figure = (value: number | null): string => (value === null ? '-' : amount(value, row.unit));
  const ratio = result.ratios.find(({ against }) => against === row.id);
  const reason = row.busy ? 'the machine was busy' : toldOnce(result, ratio?.absent);
  return [
    `  ${contestants[row.contestant]}`,
    row.median === null ? '-' : `${figure(row.median)} ${row.unit}`,
    `${figure(row.min)}..${figure(row.max)}`,
    row.disturbed === 0 ? String(row.samples.length) : `${row.samples.length}, ${row.disturbed} disturbed`,
    row.peakMiB === null ? '' : row.peakMiB.toFixed(0),
    ratio?.value === undefined ? (reason ?? '') : `${ratio.value.toFixed(2)} x`,
  ];
}

/** What holds for the whole run is said below the table. */
function toldOnce({ noRatios }: BenchResult, reason: string | undefined): string | undefined {
  return reason === noRatios ? undefined : reason;
}

function targetsText(result: BenchResult, colours: ReturnType<typeof pc.createColors>): string {
  const paint: Readonly<Record<Verdict, (text: string) => string>> = {
    met: colours.green,
    missed: colours.red,
    'not judged': colours.dim,
    'no figure': colours.yellow,
  };
  const { targets } = result;
  const lines = targets.map((target) => targetCells(target, toldOnce(result, target.reason)));
  const widths = columnWidths(lines);
  return [
    colours.bold('Targets'),
    ...lines.map((cells, index) => paint[targets[index]?.verdict ?? 'missed'](align(cells, widths))),
  ].join('\n');
}

function targetCells(
  { what, bound, limit, unit, workload, value, verdict }: Target,
  reason: string | undefined,
): Cells {
  const withUnit = (text: string): string => (unit === '' ? text : `${text} ${unit}`);
  const size = workload === null ? '' : ` (${workload})`;
  const digits = unit === '' ? 3 : 1;
  return [
    `  ${what}${size}`,
    value === undefined ? '-' : withUnit(value.toFixed(digits)),
    `${bound} ${withUnit(String(limit))}`,
    reason === undefined ? verdict : `${verdict}: ${reason}`,
  ];
}

function factsText({ date, mode, rounds, machine, enclosure }: BenchResult): string {
  const { cpu, cores, memoryMiB, system } = machine;
  const versions = [
    `Node ${machine.node}`,
    `ZooKeeper ${machine.zookeeper}`,
    machine.java,
    machine.git,
    machine.python,
    machine.kazoo === null ? 'no kazoo' : `kazoo ${machine.kazoo}`,
  ];
  const changed = enclosure.changedSinceCommit === true ? ' and changes' : '';
  return [
    `Enclosure ${enclosure.version} (${enclosure.commit?.slice(0, 12) ?? 'no commit'}${changed}), ${mode}, medians of ${rounds} rounds, ${date}`,
    `${cores} cores (${cpu}), ${(memoryMiB / 1024).toFixed(0)} GiB, ${system}`,
    versions.filter((version) => version !== null).join(', '),
  ].join('\n');
}

/** As many digits as the figure is worth. */
function amount(value: number, unit: string): string {
  if (unit === 'znodes/s') return (Math.round(value / 100) * 100).toLocaleString('en');
  return unit === 'ms' ? value.toFixed(1) : value.toFixed(value < 10 ? 3 : 1);
}

function columnWidths(lines: readonly Cells[]): number[] {
  const columns = Math.max(0, ...lines.map((line) => line.length));
  return Array.from({ length: columns }, (_, column) =>
    Math.max(...lines.map((line) => (line[column] ?? '').length)),
  );
}

/** The first and the last column stand left, figures right. */
function align(cells: Cells, widths: readonly number[]): string {
  const last = cells.length - 1;
  return cells
    .map((cell, column) => {
      const width = widths[column] ?? 0;
      return column === 0 || column === last ? cell.padEnd(width) : cell.padStart(width);
    })
    .join('  ')
    .trimEnd();
}
