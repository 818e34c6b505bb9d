import { expect, test } from 'vitest';
import { composed, internalIn, withNote } from '../src/composing';
import { isRich, plainOf, richOf } from '../src/zaf/rich';
import { cited, courtesy } from './web';

const NONE = new Set<number>();
const SENTENCES = [
  courtesy('Hello Ana,'),
  cited('Return it within 30 days.', 'returned within 30 days', 1),
  cited('The refund takes 5 working days.', 'The refund takes 5 working days.', 1),
  courtesy('Kind regards', 2),
];

test('a draft is its sentences, a blank line between paragraphs', () => {
  expect(composed(SENTENCES, NONE)).toBe(
    'Hello Ana,\n\nReturn it within 30 days. The refund takes 5 working days.\n\nKind regards',
  );
});

test('the steps of a list and the rows of a table stand close to each other, in the draft and with a note', () => {
  const lines = ['Do this:', '1. Unplug it.', '2. Wait.', 'PayPal | 24 hours', 'That is all.'];
  const listed = [courtesy('Hello Ana,'), ...lines.map((line, at) => cited(line, '', at + 1))];
  const rest = 'Do this:\n\n1. Unplug it.\n2. Wait.\nPayPal | 24 hours\n\nThat is all.';
  expect(composed(listed, NONE)).toBe(`Hello Ana,\n\n${rest}`);
  expect(composed(listed, NONE, 'So sorry.')).toBe(`Hello Ana,\n\nSo sorry.\n\n${rest}`);
});

test('a sentence that is left out is gone, and a paragraph with it when it was the last', () => {
  expect(composed(SENTENCES, new Set([1]))).toBe('Hello Ana,\n\nThe refund takes 5 working days.\n\nKind regards');
  expect(composed(SENTENCES, new Set([1, 2]))).toBe('Hello Ana,\n\nKind regards');
});

test('a note stands in a paragraph of its own after the greeting', () => {
  expect(composed(SENTENCES, NONE, ' So sorry. ')).toMatch(/^Hello Ana,\n\nSo sorry\.\n\nReturn it/);
});

test('a greeting that shares its paragraph is parted from the rest by the note', () => {
  const together = [courtesy('Hello Ana,', 0), cited('Return it within 30 days.', 'returned within 30 days', 0)];
  expect(composed(together, NONE, 'So sorry.')).toBe('Hello Ana,\n\nSo sorry.\n\nReturn it within 30 days.');
});

test('without a greeting the note comes first', () => {
  expect(composed(SENTENCES.slice(1), NONE, 'So sorry.')).toMatch(/^So sorry\.\n\nReturn it/);
  expect(composed(SENTENCES, new Set([0]), 'So sorry.')).toMatch(/^So sorry\.\n\nReturn it/);
});

test.each([
  ['Hello Ana,\nyou may.', 'Hello Ana,\n\nSo sorry.\n\nyou may.'],
  ['Hello Ana,\n\nyou may.', 'Hello Ana,\n\nSo sorry.\n\nyou may.'],
  ['You may return it.', 'So sorry.\n\nYou may return it.'],
  ['Hello. So sorry. You may.', 'Hello. So sorry. You may.'],
])('in an edited text the note goes after its first line where that greets', (text, together) => {
  expect(withNote(text, 'So sorry.')).toBe(together);
});

test('internal sources are named once, and only those of sentences that stay', () => {
  const inside = cited('Up to 40 pounds.', 'Keep the box.', 1, { audience: 'internal', article_id: 'limits' });
  expect(internalIn([...SENTENCES, inside, inside], NONE).map(({ article_id: id }) => id)).toEqual(['limits']);
  expect(internalIn([...SENTENCES, inside], new Set([4]))).toEqual([]);
});

test.each([
  ['<p>Hello Ana,</p><p>wait&nbsp;a day<br>or two</p>', 'Hello Ana,\n\nwait a day\nor two'],
  ['<div>One</div><ul><li>first</li><li>second</li></ul>', 'One\n\n- first\n- second'],
  ['1 < 2 and a > b', '1 < 2 and a > b'],
  ['', ''],
])('the rich editor’s %j is read as plain lines', (raw, text) => {
  expect(plainOf(raw)).toBe(text);
});

test('plain text goes back as paragraphs and lines, with nothing of it read as HTML', () => {
  const text = 'Hello <b>Ana</b> & "you",\n\none\ntwo';
  expect(richOf(text)).toBe('<p>Hello &lt;b&gt;Ana&lt;/b&gt; &amp; &quot;you&quot;,</p><p>one<br>two</p>');
  expect(plainOf(richOf(text))).toBe(text);
  expect(isRich(text.replace('<b>', ''))).toBe(false);
});
