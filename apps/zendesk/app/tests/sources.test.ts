import { expect, test } from 'vitest';
import { numberOf, piecesOf, shortened, sourcesOf } from '../src/sources';
import { cited, courtesy } from './web';

const LONG = `${'Before it. '.repeat(20)}The quoted words. ${'After it. '.repeat(20)}`.trim();

test('sentences from one passage share its number and passages count in order of use', () => {
  const other = { article_id: 'hub', passage: 'Hold the button.' };
  const sources = sourcesOf([
    courtesy('Hello.'),
    cited('Within 30 days.', 'within 30 days'),
    cited('Hold it.', 'Hold the button.', 0, other),
    cited('Keep the box.', 'Keep the box.'),
  ]);
  expect([0, 1, 2, 3].map((at) => numberOf(sources, at))).toEqual([null, 1, 2, 1]);
});

test('exactly the quoted words are marked', () => {
  const [source] = sourcesOf([cited('Within 30 days.', 'within 30 days')]);
  const pieces = piecesOf(source!.citation.passage, source!.quotes);
  expect(pieces.filter((piece) => piece.sentences.length).map((piece) => piece.text)).toEqual(['within 30 days']);
  expect(pieces.map((piece) => piece.text).join('')).toBe(source!.citation.passage);
});

test('quotes are counted in code points, so an emoji before one does not shift it', () => {
  const [source] = sourcesOf([cited('Hold it.', 'Hold it.', 0, { passage: 'Red 🔴🔴 light? Hold it. Done.' })]);
  const marked = piecesOf(source!.citation.passage, source!.quotes).filter((piece) => piece.sentences.length);
  expect(marked.map((piece) => piece.text)).toEqual(['Hold it.']);
});

test('words that two sentences rest on know both', () => {
  const pieces = piecesOf('abcdef', [
    { sentence: 1, start: 0, end: 4 },
    { sentence: 2, start: 2, end: 6 },
  ]);
  expect(pieces.map((piece) => [piece.text, piece.sentences])).toEqual([
    ['ab', [1]],
    ['cd', [1, 2]],
    ['ef', [2]],
  ]);
});

test('a quote that points outside its passage marks only what is there', () => {
  const pieces = piecesOf('short', [{ sentence: 0, start: 2, end: 99 }]);
  expect(pieces.map((piece) => piece.text)).toEqual(['sh', 'ort']);
});

test('a long passage is shortened around its quote and keeps the quote whole', () => {
  const [source] = sourcesOf([cited('Words.', 'The quoted words.', 0, { passage: LONG })]);
  const short = shortened(piecesOf(LONG, source!.quotes));
  const text = short!.map((piece) => piece.text).join('');
  expect(text).toMatch(/^… .*The quoted words\..* …$/);
  expect(text.length).toBeLessThan(LONG.length / 2);
});

test('a short passage is not shortened', () => {
  const [source] = sourcesOf([cited('Within 30 days.', 'within 30 days')]);
  expect(shortened(piecesOf(source!.citation.passage, source!.quotes))).toBeNull();
});
