import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { tableOf, tongueOf } from '../src/languages';
import { wordsFor } from '../src/words';
import en from '../translations/en.json';

const HOLES = /\{\w+\}/g;
const SPOKEN = ['de', 'es', 'fr', 'ja', 'pt'];
const TABLES: [string, Record<string, string>][] = SPOKEN.map((language) => [
  language,
  JSON.parse(readFileSync(`translations/${language}.json`, 'utf8')) as Record<string, string>,
]);

test('these are the languages', () => {
  const found = readdirSync('translations').map((name) => name.replace('.json', ''));
  expect(found.sort()).toEqual(['de', 'en', ...SPOKEN.slice(1)].sort());
});

test.each(TABLES)('%s has exactly the keys of English', (_language, table) => {
  expect(Object.keys(en).filter((key) => !(key in table))).toEqual([]);
  expect(Object.keys(table).filter((key) => !(key in en))).toEqual([]);
});

test.each(TABLES)('%s says something everywhere, with the same holes', (_language, table) => {
  expect(Object.keys(table).filter((key) => !table[key]!.trim() || table[key] !== table[key]!.trim())).toEqual([]);
  const holes = (text: string) => (text.match(HOLES) ?? []).sort();
  const different = Object.entries(en).filter(
    ([key, said]) => key in table && JSON.stringify(holes(table[key]!)) !== JSON.stringify(holes(said)),
  );
  expect(different.map(([key]) => key)).toEqual([]);
});

test.each(TABLES)('%s is not English that was forgotten', (_language, table) => {
  const long = Object.entries(en).filter(([, said]) => said.split(' ').length > 3);
  expect(long.filter(([key, said]) => table[key] === said).map(([key]) => key)).toEqual([]);
});

test('Japanese writes no full sentence with a Latin stop', async () => {
  const table = await tableOf('ja');
  expect(Object.values(table).filter((said) => /[ぁ-ん][.?!]/.test(said))).toEqual([]);
});

test.each([
  ['de-AT', { language: 'de', locale: 'de-AT', direction: 'ltr' }],
  ['pt_BR', { language: 'pt', locale: 'pt-BR', direction: 'ltr' }],
  ['ar-EG', { language: 'en', locale: 'en-EG', direction: 'rtl' }],
  ['he', { language: 'en', locale: 'en', direction: 'rtl' }],
  ['az-Arab', { language: 'en', locale: 'en', direction: 'rtl' }],
  ['nl-NL', { language: 'en', locale: 'en-NL', direction: 'ltr' }],
  ['not a locale!', { language: 'en', locale: 'en', direction: 'ltr' }],
])('an agent in %s is spoken to in one language, laid out as their Zendesk is', (wanted, tongue) => {
  expect(tongueOf(wanted)).toEqual(tongue);
});

test('holes are filled, and an unknown language falls back to English', async () => {
  const german = wordsFor('de-AT', await tableOf('de'));
  expect(german.t('handoff.to', { name: 'Billing' })).toBe('Für Billing');
  const unknown = wordsFor('xx', await tableOf('xx'));
  expect(unknown.t('handoff.to', { name: 'Billing' })).toBe('For Billing');
  expect(unknown.t('handoff.to')).toBe('For {name}');
});
