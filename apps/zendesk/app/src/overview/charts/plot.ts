import { type ScaleBand, scaleBand, type ScaleLinear, scaleLinear } from 'd3-scale';
import type { Words } from '../../words';

export const HEIGHT = 176;
const TOP = 10;
const BOTTOM = 22;
const START = 46;
const END = 6;
const LEAST_BETWEEN = 58; // pixels from one date under the axis to the next

/** Where things stand in a chart over days. Time runs as the page is read. */
export interface Plot {
  width: number;
  x: ScaleBand<string>;
  y: ScaleLinear<number, number>;
  /** The edges of the plotted area. */
  left: number;
  right: number;
  bottom: number;
  /** Where the numbers of the upright axis stand. */
  numbers: { x: number; anchor: 'start' | 'end' };
  ticks: number[];
  dates: string[];
}

export function plotOf(days: string[], most: number, width: number, direction: Words['direction'], whole = true): Plot {
  const rtl = direction === 'rtl';
  const [left, right] = rtl ? [END, width - START] : [START, width - END];
  const bottom = HEIGHT - BOTTOM;
  const x = scaleBand(days, rtl ? [right, left] : [left, right]).padding(0.24);
  const y = scaleLinear([0, Math.max(most, whole ? 4 : 0) || 1], [bottom, TOP]).nice(4);
  const numbers = rtl ? ({ x: right + 8, anchor: 'start' } as const) : ({ x: left - 8, anchor: 'end' } as const);
  const ticks = y.ticks(4).filter((tick) => !whole || Number.isInteger(tick));
  return { width, x, y, left, right, bottom, numbers, ticks, dates: spaced(days, right - left) };
}

/** As many dates as have room, the last one always among them. */
function spaced(days: string[], room: number): string[] {
  const every = Math.max(1, Math.ceil(days.length / Math.max(1, Math.floor(room / LEAST_BETWEEN))));
  return days.filter((_, place) => (days.length - 1 - place) % every === 0);
}
