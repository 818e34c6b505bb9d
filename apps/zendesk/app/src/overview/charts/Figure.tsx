import { Button } from '@zendeskgarden/react-buttons';
import { type ReactNode, type RefObject, useId, useRef, useState } from 'react';
import { useWords } from '../../words';
import { useDay } from '../useDay';
import { HEIGHT } from './plot';
import { useWidth } from './useWidth';

export type Fill = 1 | 2 | 3 | 4;

export interface Series {
  name: string;
  fill: Fill;
  values: (number | null)[];
}

interface FigureProps {
  /** What the picture shows, for who cannot see it. */
  summary: string;
  days: string[];
  series: Series[];
  format: (value: number) => string;
  kind?: 'bars' | 'lines';
  draw: (width: number) => ReactNode;
}

/** A chart with its legend; the same numbers stand in a table, one click away. */
export function Figure({ summary, days, series, format, kind = 'bars', draw }: FigureProps) {
  const { t } = useWords();
  const [table, setTable] = useState(false);
  const id = useId();
  const place = useRef<HTMLDivElement>(null);
  const width = useWidth(place);
  return (
    <figure className="figure">
      <div className="figure-head">
        {series.length > 1 ? <Legend series={series} kind={kind} /> : <span />}
        <Button size="small" isLink aria-expanded={table} aria-controls={id} onClick={() => setTable(!table)}>
          {t(table ? 'overview.chart' : 'overview.table')}
        </Button>
      </div>
      <Picture hidden={table} summary={summary} width={width} place={place}>
        {draw(width)}
      </Picture>
      <div id={id} hidden={!table}>
        {table && <Numbers caption={summary} days={days} series={series} format={format} />}
      </div>
    </figure>
  );
}

interface PictureProps {
  hidden: boolean;
  summary: string;
  width: number;
  place: RefObject<HTMLDivElement>;
  children: ReactNode;
}

function Picture({ hidden, summary, width, place, children }: PictureProps) {
  return (
    <div ref={place} hidden={hidden}>
      <svg className="plot" role="img" aria-label={summary} width={width} height={HEIGHT}>
        <Fills />
        {children}
      </svg>
    </div>
  );
}

/** Colour is not the only thing that tells series apart: each has a pattern of its own. */
function Fills() {
  return (
    <defs>
      <pattern id="fill-2" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
        <rect className="fill-2" width="6" height="6" />
        <line className="stripe" y2="6" />
      </pattern>
      <pattern id="fill-3" width="6" height="6" patternUnits="userSpaceOnUse">
        <rect className="fill-3" width="6" height="6" />
        <circle className="dot-mark" cx="3" cy="3" r="1.1" />
      </pattern>
    </defs>
  );
}

export const fillOf = (fill: Fill): { className: string; fill?: string } =>
  fill === 2 || fill === 3 ? { className: '', fill: `url(#fill-${fill})` } : { className: `fill-${fill}` };

function Legend({ series, kind }: { series: Series[]; kind: 'bars' | 'lines' }) {
  return (
    <ul className="legend">
      {series.map(({ name, fill }) => (
        <li key={name}>
          <svg width="18" height="12" aria-hidden="true">
            {kind === 'bars' ? (
              <rect width="14" height="12" rx="2" {...fillOf(fill)} />
            ) : (
              <line className={`line line-${fill}`} x2="18" y1="6" y2="6" />
            )}
          </svg>
          {name}
        </li>
      ))}
    </ul>
  );
}

function Numbers({ caption, days, series, format }: Pick<FigureProps, 'days' | 'series' | 'format'> & { caption: string }) {
  const { t } = useWords();
  const day = useDay();
  return (
    <div className="table-scroll">
      <table className="numbers">
        <caption className="unseen">{caption}</caption>
        <thead>
          <tr>
            <th scope="col">{t('overview.day')}</th>
            {series.map(({ name }) => (
              <th scope="col" className="numeric" key={name}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {days.map((one, place) => (
            <tr key={one}>
              <th scope="row">{day(one)}</th>
              {series.map(({ name, values }) => (
                <td className="numeric" key={name}>
                  {values[place] === null ? '–' : format(values[place] ?? 0)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
