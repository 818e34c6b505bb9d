import { fireEvent, screen, within } from '@testing-library/react';
import { expect, test } from 'vitest';
import en from '../translations/en.json';
import type { Question } from '../src/api/types';
import { open } from './app';
import { ticketView } from './web';

const MAIL: Question = {
  message: 'm2',
  first: 'm1',
  text: 'How long does the refund take?',
  channel: 'email',
  ticket: '42',
  at: '2026-11-20T09:00:00Z',
  state: 'open',
  by: '',
  drafted: true,
};
const TEXT: Question = { ...MAIL, message: 'm3', first: 'm3', channel: 'sms', ticket: '17', state: 'answered', by: 'Virtual assistant' };

test('each question of a conversation tells where it was asked and what became of it', async () => {
  const { zendesk } = open({ ticket: ticketView({ questions: [MAIL, TEXT] }) });
  const card = within(await screen.findByRole('region', { name: en['questions.title'] }));
  expect(card.getByText(en['questions.open'])).toBeTruthy();
  expect(card.getByText('Answered by Virtual assistant')).toBeTruthy();
  fireEvent.click(card.getByRole('button', { name: /17/ }));
  expect(zendesk.calls('routeTo')).toEqual([['ticket', '17']]);
  expect(card.queryByRole('button', { name: en['questions.apart'] })).toBeNull();
});

test('a ticket that joined another leads there, and is made a matter of its own in one click', async () => {
  const { web } = open({ ticket: ticketView({ questions: [MAIL, TEXT], main: '17' }) });
  const card = within(await screen.findByRole('region', { name: en['questions.title'] }));
  expect(card.getByText('This goes on with ticket #17: both are one conversation.')).toBeTruthy();
  fireEvent.click(card.getByRole('button', { name: en['questions.apart'] }));
  await screen.findByText(en['draft.title']);
  expect(web.calls.find(({ path }) => path.endsWith('threads/move'))?.body).toEqual({ message: 'm1', to: null });
});

test.each([
  ['open', true, en['questions.here']],
  ['handed', false, en['questions.undrafted']],
  ['answered', false, ''],
] as const)('a ticket that joined another says of its %s question (drafted: %s) where it is answered', async (state, drafted, said) => {
  open({ ticket: ticketView({ questions: [{ ...MAIL, state, drafted, by: 'Billing' }, TEXT], main: '17' }) });
  const card = within(await screen.findByRole('region', { name: en['questions.title'] }));
  const told = [en['questions.here'], en['questions.undrafted']].filter((words) => card.queryByText(words));
  expect(told).toEqual(said ? [said] : []);
});

test('one question needs no list', async () => {
  open();
  await screen.findByText(en['draft.title']);
  expect(screen.queryByText(en['questions.title'])).toBeNull();
});

test('the draft comes before what is known of the customer, and few stops away', async () => {
  const { page } = open();
  await screen.findByText(en['draft.title']);
  const titles = [...page.container.querySelectorAll('h2')].map((each) => each.textContent ?? '');
  expect(titles.findIndex((each) => each === en['draft.title'])).toBe(0);
  const stops = [...page.container.querySelectorAll<HTMLElement>('button, [tabindex="0"], a[href], input, textarea')];
  const insert = stops.findIndex((each) => each.textContent === en['draft.insert']);
  expect(insert).toBeGreaterThan(-1);
  expect(stops.slice(0, insert).filter((each) => each.tabIndex >= 0).length).toBeLessThan(6);
});

test('the draft is inserted by its shortcut', async () => {
  const { zendesk } = open();
  await screen.findByText(en['draft.insert']);
  fireEvent.keyDown(document.body, { code: 'KeyI', altKey: true });
  await screen.findByText(en['draft.insert.again']);
  expect(zendesk.calls('ticket.editor.insert')).toHaveLength(1);
});
