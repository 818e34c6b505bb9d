import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { wordsFor } from '../src/words';
import en from '../translations/en.json';

const NOW = new Date('2026-11-21T12:00:00Z');

function source(folder = 'src'): string {
  return readdirSync(folder, { withFileTypes: true })
    .map((item) => (item.isDirectory() ? source(join(folder, item.name)) : readFileSync(join(folder, item.name), 'utf8')))
    .join('\n');
}

test('no translation is left that nobody says', () => {
  const code = source();
  // Keys built from a value (`owner.${kind}.says`) are said when their fixed beginning is.
  const built = [...code.matchAll(/`([a-z_.]+\.)\$\{/g)].map(([, start]) => start ?? '');
  const unsaid = Object.keys(en).filter((key) => !code.includes(`'${key}'`) && !built.some((start) => key.startsWith(start)));
  expect(unsaid).toEqual([]);
});

test.each([
  ['2026-11-21T11:59:50Z', 'now'],
  ['2026-11-21T11:55:00Z', '5 min. ago'],
  ['2026-11-21T09:00:00Z', '3 hr. ago'],
  ['2026-11-20T09:00:00Z', 'yesterday'],
  ['2026-01-02T09:00:00Z', 'Jan 2, 2026'],
  ['2026-11-21T12:00:30Z', 'now'],
  ['nonsense', 'nonsense'],
])('%s is said as %s', (iso, said) => {
  expect(wordsFor('en-US').ago(iso, NOW)).toBe(said);
});

test('a time zone or language nobody knows is no reason to fail', () => {
  const words = wordsFor('en-GB');
  expect(words.clock(NOW, 'Mars/Olympus')).toBeNull();
  expect(words.clock(NOW, 'Europe/Ljubljana')).toBe('13:00');
  expect(words.language('de')).toBe('German');
  expect(words.language('??')).toBe('??');
});
