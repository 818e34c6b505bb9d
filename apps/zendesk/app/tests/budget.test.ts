import { expect, test } from 'vitest';
import { type Built, overweight } from '../budget';

const built = (size: number, first: boolean): Built => ({ fileName: 'a.js', size, first });

test('an app within its budget is built', () => {
  expect(overweight([built(9_000, true), built(11_000, false)], 20, 9)).toEqual([]);
});

test('an app too heavy in all is refused, with the figures', () => {
  expect(overweight([built(9_000, true), built(11_100, false)], 20, 9)).toEqual([
    'The whole app has 20.1 kB gzipped and may have 20.',
  ]);
});

test('what is fetched later does not count for the first drawing', () => {
  expect(overweight([built(9_100, true), built(5_000, false)], 20, 9)).toEqual([
    'What comes before the first drawing has 9.1 kB gzipped and may have 9.',
  ]);
});
