/** The chart of a result for the README: what each takes for the three things that everyone does, as SVG. Drawn by echarts. */
import type { BenchResult, ResultRow } from './result.ts';
import { modes } from './schedule.ts';
import { contestants, workloads, type Activity, type ContestantId } from './subjects.ts';

const width = 820;
const barHeight = 26;
const panelTitleHeight = 34;
const panelGap = 14;
const topHeight = 34;
const bottomHeight = 26;
const labelWidth = 240;
// Without quotes: echarts puts it into an attribute as it is.
const font = 'system-ui, Helvetica, Arial, sans-serif';
const colours = { enclosure: '#0969da', other: '#b6bfc9', text: '#1f2328', quiet: '#59636e' };

interface Panel {
  readonly title: string;
  readonly bars: readonly Bar[];
}

interface Bar {
  readonly contestant: ContestantId;
  readonly label: string;
  readonly seconds: number;
}

export async function drawChart(result: BenchResult): Promise<string> {
  const { init, use } = await import('echarts/core');
  const [{ BarChart }, { GridComponent, TitleComponent }, { SVGRenderer }] = await Promise.all([
    import('echarts/charts'),
    import('echarts/components'),
    import('echarts/renderers'),
  ]);
  use([BarChart, GridComponent, TitleComponent, SVGRenderer]);
  const panels = panelsOf(result);
  if (panels.length === 0) throw new Error('expected a result with figures to draw, found one without');
  const layout = layOut(panels);
  const chart = init(null, null, { renderer: 'svg', ssr: true, width, height: layout.height });
  chart.setOption({
    animation: false,
    backgroundColor: '#ffffff',
    textStyle: { fontFamily: font },
    title: [
      title(`${workloads[modes[result.mode].large]}: seconds, less is better`, 6, 15),
      ...panels.map((panel, index) => title(panel.title, layout.tops[index] ?? 0, 13)),
      note(noteOf(result), layout.height - bottomHeight),
    ],
    grid: panels.map(({ bars }, index) => ({
      left: labelWidth,
      right: 70,
      top: (layout.tops[index] ?? 0) + panelTitleHeight - 6,
      height: bars.length * barHeight,
    })),
    xAxis: panels.map((_, gridIndex) => ({ type: 'value', show: false, gridIndex, min: 0 })),
    yAxis: panels.map(({ bars }, gridIndex) => ({
      type: 'category',
      gridIndex,
      inverse: true,
      data: bars.map(({ label }) => label),
      axisLine: { show: false },
      axisTick: { show: false },
      axisLabel: { color: colours.text, fontSize: 12, width: labelWidth - 16, overflow: 'truncate' },
    })),
    series: panels.map(({ bars }, index) => ({
      type: 'bar',
      silent: true,
      xAxisIndex: index,
      yAxisIndex: index,
      barWidth: barHeight - 9,
      data: bars.map(({ contestant, seconds }) => {
        const own = contestant === 'enclosure';
        return {
          value: seconds,
          itemStyle: { color: own ? colours.enclosure : colours.other, borderRadius: [0, 3, 3, 0] },
          label: {
            show: true,
            position: 'right',
            formatter: `${seconds.toFixed(2)} s`,
            color: own ? colours.enclosure : colours.quiet,
            fontSize: 12,
            fontWeight: own ? 'bold' : 'normal',
          },
        };
      }),
    })),
  });
  try {
    return `${chart.renderToSVGString()}\n`;
  } finally {
    chart.dispose();
  }
}

/** A row that may not be compared is not drawn. */
function panelsOf(result: BenchResult): Panel[] {
  const out = new Set(result.unverified.map(({ contestant }) => contestant));
  const usable =
    result.noRatios === null ? result.rows.filter((row) => !row.busy && !out.has(row.contestant)) : [];
  const { large } = modes[result.mode];
  const bars = (...activities: readonly Activity[]): Bar[] =>
    activities
      .flatMap((activity) => usable.filter((row) => row.workload === large && row.activity === activity))
      .flatMap((row) => barOf(row, activities.length > 1))
      .toSorted((one, other) => one.seconds - other.seconds);
  return [
    { title: 'First load, cloning the repository', bars: bars('load') },
    { title: 'Nothing changed, and the full verification', bars: bars('nothing', 'verify') },
    { title: 'One file changed', bars: bars('one') },
  ].filter((panel) => panel.bars.length > 0);
}

function barOf({ contestant, activity, median }: ResultRow, told: boolean): Bar[] {
  if (median === null) return [];
  const name = contestants[contestant].replace(/^node-zookeeper-client, .*/u, 'node-zookeeper-client');
  const label =
    told && contestant === 'enclosure' ? `${name}, ${activity === 'verify' ? 'verify' : 'sync'}` : name;
  return [{ contestant, label, seconds: median }];
}

function layOut(panels: readonly Panel[]): { readonly tops: readonly number[]; readonly height: number } {
  const tops: number[] = [];
  let next = topHeight;
  for (const { bars } of panels) {
    tops.push(next);
    next += panelTitleHeight + bars.length * barHeight + panelGap;
  }
  return { tops, height: next + bottomHeight };
}

function title(text: string, top: number, fontSize: number) {
  return { text, left: 16, top, textStyle: { color: colours.text, fontSize, fontWeight: 'bold' as const } };
}

function note(text: string, top: number) {
  return {
    text,
    left: 16,
    top,
    textStyle: { color: colours.quiet, fontSize: 11, fontWeight: 'normal' as const },
  };
}

function noteOf({ machine, rounds, date }: BenchResult): string {
  return `Whole processes, medians of ${rounds} rounds; ${machine.cores} cores, ZooKeeper ${machine.zookeeper}, Node ${machine.node}; ${date.slice(0, 10)}`;
}
