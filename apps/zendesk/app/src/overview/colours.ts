import { DEFAULT_THEME, getColor, type IGardenTheme } from '@zendeskgarden/react-theming';
import { useContext } from 'react';
import { ThemeContext } from 'styled-components';

type Shade = { hue: string; shade: number };

/** Garden's colours of the charts, [light, dark]: told apart also by who sees no red or no green, and by their lightness. */
const SHADES: Record<string, [Shade, Shade]> = {
  '--series-1': [
    { hue: 'blue', shade: 700 },
    { hue: 'blue', shade: 600 },
  ],
  '--series-2': [
    { hue: 'teal', shade: 500 },
    { hue: 'teal', shade: 400 },
  ],
  '--series-3': [
    { hue: 'yellow', shade: 500 },
    { hue: 'yellow', shade: 300 },
  ],
  '--series-4': [
    { hue: 'grey', shade: 500 },
    { hue: 'grey', shade: 700 },
  ],
};

export function useChartColours(): Record<string, string> {
  const theme = (useContext(ThemeContext) as IGardenTheme | undefined) ?? DEFAULT_THEME;
  const shades = Object.entries(SHADES).map(([name, [light, dark]]) => [name, getColor({ theme, light, dark })]);
  return Object.fromEntries(shades);
}
