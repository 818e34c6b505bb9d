import { line } from 'd3-shape';
import { useWords } from '../../words';
import { Axes } from './Axes';
import { Figure, type Series } from './Figure';
import { type Plot, plotOf } from './plot';

interface LinesProps {
  summary: string;
  days: string[];
  series: Series[];
  format: (value: number) => string;
}

/** How figures moved from day to day. A day without any case is a gap, not a zero. */
export function Lines({ summary, days, series, format }: LinesProps) {
  const { direction } = useWords();
  const most = Math.max(0, ...series.flatMap(({ values }) => values.map((value) => value ?? 0)));
  return (
    <Figure
      summary={summary}
      days={days}
      series={series}
      format={format}
      kind="lines"
      draw={(width) => {
        const plot = plotOf(days, most, width, direction, false);
        return (
          <>
            <Axes plot={plot} format={format} />
            {series.map((one) => (
              <OneLine key={one.name} plot={plot} days={days} one={one} format={format} />
            ))}
          </>
        );
      }}
    />
  );
}

function OneLine({ plot, days, one, format }: { plot: Plot; days: string[]; one: Series; format: (value: number) => string }) {
  const x = (place: number) => (plot.x(days[place] ?? '') ?? 0) + plot.x.bandwidth() / 2;
  const path = line<number | null>()
    .defined((value) => value !== null)
    .x((_, place) => x(place))
    .y((value) => plot.y(value ?? 0))(one.values);
  return (
    <g>
      <path className={`line line-${one.fill}`} d={path ?? ''} />
      {one.values.map((value, place) =>
        value === null ? null : (
          <Mark key={days[place]} x={x(place)} y={plot.y(value)} fill={one.fill} said={`${one.name}: ${format(value)}`} />
        ),
      )}
    </g>
  );
}

/** A dot on one line and a square on the other, so that they are told apart without their colours. */
function Mark({ x, y, fill, said }: { x: number; y: number; fill: number; said: string }) {
  if (fill === 1) {
    return (
      <circle className="fill-1" cx={x} cy={y} r="3.2">
        <title>{said}</title>
      </circle>
    );
  }
  return (
    <rect className="fill-3" x={x - 3} y={y - 3} width="6" height="6">
      <title>{said}</title>
    </rect>
  );
}
