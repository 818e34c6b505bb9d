import { DEFAULT_THEME, getColor, type IGardenTheme, ThemeProvider } from '@zendeskgarden/react-theming';
import { type CSSProperties, type ReactNode, useEffect, useMemo } from 'react';
import type { Scheme } from './hooks/useColorScheme';

type Shade = { hue: string; shade: number };

/** Garden's own list begins with system-ui, which some Linux desktops answer with a wide, coarse face. */
const FONT = "-apple-system, BlinkMacSystemFont, 'Segoe UI', Roboto, Ubuntu, 'Helvetica Neue', Arial, system-ui, sans-serif";

/** Garden's named colours, under the names our stylesheet uses. */
const NAMED: Record<string, string> = {
  '--page': 'background.recessed',
  '--card': 'background.raised',
  '--text': 'foreground.default',
  '--quiet': 'foreground.subtle',
  '--primary': 'foreground.primary',
  '--good': 'foreground.success',
  '--warn': 'foreground.warning',
  '--bad': 'foreground.danger',
  '--line': 'border.subtle',
  '--line-strong': 'border.default',
  '--good-tint': 'background.success',
  '--warn-tint': 'background.warning',
  '--bad-tint': 'background.danger',
};

/** Colours Garden has no name for: [light, dark]. */
const SHADES: Record<string, [Shade, Shade]> = {
  '--primary-tint': [
    { hue: 'primaryHue', shade: 100 },
    { hue: 'primaryHue', shade: 1000 },
  ],
  '--sunk': [
    { hue: 'neutralHue', shade: 100 },
    // Darker than a card, so that a link on it is read as well as one on the card.
    { hue: 'neutralHue', shade: 1100 },
  ],
  '--primary-line': [
    { hue: 'primaryHue', shade: 400 },
    { hue: 'primaryHue', shade: 700 },
  ],
  '--mark': [
    { hue: 'lemon', shade: 200 },
    { hue: 'lemon', shade: 800 },
  ],
  '--mark-strong': [
    { hue: 'lemon', shade: 300 },
    { hue: 'lemon', shade: 700 },
  ],
  '--mark-text': [
    { hue: 'neutralHue', shade: 1100 },
    { hue: 'neutralHue', shade: 100 },
  ],
  '--track': [
    { hue: 'neutralHue', shade: 200 },
    { hue: 'neutralHue', shade: 800 },
  ],
};

function colours(theme: IGardenTheme): Record<string, string> {
  const named = Object.entries(NAMED).map(([name, variable]) => [name, getColor({ theme, variable })]);
  const shades = Object.entries(SHADES).map(([name, [light, dark]]) => [name, getColor({ theme, light, dark })]);
  return Object.fromEntries([...named, ...shades]);
}

/** Everything below is drawn with Garden's theme; our stylesheet gets the same colours as variables. */
export function Themed({ scheme, rtl, children }: { scheme: Scheme; rtl: boolean; children: ReactNode }) {
  const theme = useMemo(
    () => ({
      ...DEFAULT_THEME,
      rtl,
      colors: { ...DEFAULT_THEME.colors, base: scheme },
      fonts: { ...DEFAULT_THEME.fonts, system: FONT },
    }),
    [scheme, rtl],
  );
  const variables = useMemo((): Record<string, string> => ({ ...colours(theme), '--font': FONT }), [theme]);
  useEffect(() => {
    document.documentElement.style.colorScheme = scheme;
    document.body.style.backgroundColor = variables['--page'] ?? '';
  }, [scheme, variables]);
  return (
    <ThemeProvider theme={theme}>
      <main className="handrail" style={variables as CSSProperties}>
        {children}
      </main>
    </ThemeProvider>
  );
}
