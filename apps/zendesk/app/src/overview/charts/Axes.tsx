import { useDay } from '../useDay';
import type { Plot } from './plot';

/** Lines across, their numbers, and the dates below. */
export function Axes({ plot, format }: { plot: Plot; format: (value: number) => string }) {
  const day = useDay();
  return (
    <g aria-hidden="true">
      {plot.ticks.map((tick) => (
        <g key={tick} transform={`translate(0 ${plot.y(tick)})`}>
          <line className={tick === 0 ? 'axis' : 'grid'} x1={plot.left} x2={plot.right} />
          <text className="tick" x={plot.numbers.x} dy="0.32em" textAnchor={plot.numbers.anchor}>
            {format(tick)}
          </text>
        </g>
      ))}
      {plot.dates.map((date) => (
        <text
          key={date}
          className="tick"
          x={(plot.x(date) ?? 0) + plot.x.bandwidth() / 2}
          y={plot.bottom + 16}
          textAnchor="middle"
        >
          {day(date)}
        </text>
      ))}
    </g>
  );
}
