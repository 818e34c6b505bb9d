import { screen, within } from '@testing-library/react';
import { expect, test } from 'vitest';
import type { Finding } from '../src/api/types';
import { stretchesOf } from '../src/faults';
import en from '../translations/en.json';
import { open } from './app';
import { ticketView } from './web';

const finding = (more: Partial<Finding>): Finding => ({ severity: 'warn', rule: 'tone', text: 'Too loud.', ...more });

test('exactly the words that are meant are marked, by the gravest finding', () => {
  const found = stretchesOf('We promise a refund.', [
    finding({ span: [3, 10] }),
    finding({ severity: 'block', rule: 'risky_promise', span: [3, 19] }),
  ]);
  expect(found.map(({ text, finding: why }) => [text, why?.rule])).toEqual([
    ['We ', undefined],
    ['promise', 'risky_promise'],
    [' a refund', 'risky_promise'],
    ['.', undefined],
  ]);
});

test('places are counted in code points and never beyond the text', () => {
  expect(stretchesOf('🔴 Now', [finding({ span: [2, 99] })]).map(({ text }) => text)).toEqual(['🔴 ', 'Now']);
});

test('the draft marks a finding where it stands and says what to do', async () => {
  const draft = ticketView().draft!;
  const findings = [finding({ sentence: 1, span: [0, 7], remedy: 'Say what is possible.' })];
  open({ ticket: ticketView({ draft: { ...draft, findings } }) });
  const card = await screen.findByRole('region', { name: en['draft.title'] });
  expect([...card.querySelectorAll('mark.fault')].map((mark) => mark.textContent)).toEqual(['You can']);
  expect(within(card).getByText(/Say what is possible/)).toBeTruthy();
});

test('what was left out is shown with the reason', async () => {
  const struck = [{ text: 'It takes 3 days.', reason: 'number 3' }];
  open({ ticket: ticketView({ draft: { ...ticketView().draft!, struck } }) });
  const out = await screen.findByText('It takes 3 days.');
  expect(out.tagName).toBe('DEL');
  expect(screen.getByText('number 3')).toBeTruthy();
});

test('a sentence about the own order says which record it rests on', async () => {
  const draft = ticketView().draft!;
  const record = 'order: LK-1; amount: £53.99';
  const sentences = [...draft.sentences, { text: 'We refund £53.99.', kind: 'record' as const, paragraph: 2, citation: null, record }];
  open({ ticket: ticketView({ draft: { ...draft, sentences } }) });
  expect((await screen.findByTitle(record)).textContent).toContain('We refund £53.99.');
});
