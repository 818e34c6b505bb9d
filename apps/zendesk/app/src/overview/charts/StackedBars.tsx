import { stack } from 'd3-shape';
import { useWords } from '../../words';
import { useDay } from '../useDay';
import { Axes } from './Axes';
import { Figure, fillOf, type Series } from './Figure';
import { type Plot, plotOf } from './plot';

interface BarsProps {
  summary: string;
  days: string[];
  series: Series[];
  format?: (value: number) => string;
  /** Things are counted, not measured. */
  whole?: boolean;
}

/** What happened each day, one part on the other. */
export function StackedBars({ summary, days, series, format, whole = true }: BarsProps) {
  const { number, direction } = useWords();
  const written = format ?? number;
  const most = Math.max(...days.map((_, place) => series.reduce((sum, { values }) => sum + (values[place] ?? 0), 0)));
  return (
    <Figure
      summary={summary}
      days={days}
      series={series}
      format={written}
      draw={(width) => {
        const plot = plotOf(days, most, width, direction, whole);
        return (
          <>
            <Axes plot={plot} format={written} />
            <Bars plot={plot} days={days} series={series} format={written} />
          </>
        );
      }}
    />
  );
}

function Bars({ plot, days, series, format }: { plot: Plot; days: string[]; series: Series[]; format: (value: number) => string }) {
  const day = useDay();
  const places = days.map((_, place) => place);
  const layers = stack<number, number>()
    .keys(series.keys())
    .value((place, key) => series[key]?.values[place] ?? 0)(places);
  return days.map((one, place) => (
    <g key={one}>
      <title>{[day(one), ...series.map(({ name, values }) => `${name}: ${format(values[place] ?? 0)}`)].join('\n')}</title>
      {layers.map((layer, key) => {
        const [from, to] = layer[place] ?? [0, 0];
        const fill = series[key]?.fill ?? 1;
        if (to <= from) return null;
        // A pixel less than its height: a line of the card's own colour between one part and the next.
        const height = Math.max(1, plot.y(from) - plot.y(to) - (from > 0 ? 1 : 0));
        return (
          <rect key={fill} x={plot.x(one)} y={plot.y(to)} width={plot.x.bandwidth()} height={height} {...fillOf(fill)} />
        );
      })}
      <rect className="reach" x={plot.x(one)} y={0} width={plot.x.bandwidth()} height={plot.bottom} />
    </g>
  ));
}
