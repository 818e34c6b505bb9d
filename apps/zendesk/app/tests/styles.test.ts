import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const SHEETS = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.css'));
/** What names a side of the screen instead of a side of the text. */
const SIDED = [
  /(?<![\w-])(left|right)\s*:/,
  /(margin|padding|border|inset|scroll-margin|scroll-padding)-(left|right)/,
  /border-(top|bottom)-(left|right)-radius/,
  /(float|clear|text-align|justify-content|justify-items|justify-self)\s*:\s*(left|right)/,
];

function declarations(sheet: string): string[] {
  const text = readFileSync(`src/${sheet}`, 'utf8').replace(/\/\*[\s\S]*?\*\//g, '');
  return text.split(/[;{}]/).map((part) => part.trim()).filter(Boolean);
}

/** `padding: 1px 2px 3px 4px` has another right than left. */
function lopsided(declaration: string): boolean {
  const four = /^(margin|padding|inset|border-width|border-radius)\s*:\s*(\S+)\s+(\S+)\s+(\S+)\s+(\S+)$/.exec(declaration);
  if (!four) return false;
  const [, name, one, two, three, four_] = four;
  return name === 'border-radius' ? one !== two || three !== four_ : two !== four_;
}

test('the styles are there', () => expect(SHEETS.length).toBeGreaterThan(8));

test.each(SHEETS)('%s runs right to left as well', (sheet) => {
  const found = declarations(sheet).filter(
    (declaration) => lopsided(declaration) || SIDED.some((sided) => sided.test(declaration)),
  );
  expect(found).toEqual([]);
});

test.each(SHEETS)('%s takes its colours from the theme, so that dark is right by itself', (sheet) => {
  const found = declarations(sheet).filter((declaration) => /#[0-9a-f]{3,8}\b|\b(rgb|hsl)a?\(/i.test(declaration));
  expect(found).toEqual([]);
});
