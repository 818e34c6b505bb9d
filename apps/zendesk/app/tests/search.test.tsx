import { screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, test } from 'vitest';
import type { Passage } from '../src/api/types';
import en from '../translations/en.json';
import { open } from './app';

const user = userEvent.setup();
const OPEN: Passage = { article_id: 'a', title: 'Hubs', url: 'https://help.larkfield.example/a', section: 'Hub', heading: '', text: 'Hold it.', audience: 'public', updated_at: '2026-05-03', brand: '', expired: false, stale: false, score: 1 };
const INSIDE: Passage = { ...OPEN, article_id: 'b', title: 'Limits', text: 'Refund up to 60.', audience: 'internal' };

async function searched(...results: Passage[]) {
  const opened = open();
  opened.web.results = results;
  await user.type(await screen.findByLabelText(en['search.label']), 'hub{Enter}');
  const card = within(await screen.findByRole('region', { name: en['search.title'] }));
  await card.findByText(`${results.length} found`);
  return { ...opened, card };
}

test('a passage goes into the reply with its link and is recorded as an article', async () => {
  const { card, zendesk, web } = await searched(OPEN);
  await user.click(card.getByRole('button', { name: en['search.insert.passage'] }));
  await card.findByText(en['search.inserted']);
  const text = `Hold it.\n${OPEN.url}`;
  expect(zendesk.calls('ticket.editor.insert')).toEqual([[text]]);
  expect(web.posts('/inserted')).toEqual([{ text, source: 'article', ref: 'a' }]);
});

test('an internal passage is inserted only after its warning, and the confirmation is kept', async () => {
  const { card, zendesk, web } = await searched(INSIDE);
  await user.click(card.getByRole('button', { name: en['search.insert.passage'] }));
  expect(zendesk.calls('ticket.editor.insert')).toEqual([]);
  await user.click(card.getByRole('button', { name: en['internal.warning.confirm'] }));
  await card.findByText(en['search.inserted']);
  expect(zendesk.calls('ticket.editor.insert')).toEqual([['Refund up to 60.']]);
  expect(web.posts('/inserted')).toEqual([{ text: 'Refund up to 60.', source: 'article', ref: 'b', confirmed: ['b'] }]);
});

test('who thinks better of an internal passage inserts nothing', async () => {
  const { card, zendesk } = await searched(INSIDE);
  await user.click(card.getByRole('button', { name: en['search.insert.passage'] }));
  await user.click(card.getByRole('button', { name: en['internal.warning.cancel'] }));
  expect(card.getByRole('button', { name: en['search.insert.passage'] })).toBeTruthy();
  expect(zendesk.calls('ticket.editor.insert')).toEqual([]);
});

test('a passage that Zendesk does not take is kept for copying', async () => {
  const { card, zendesk } = await searched(OPEN);
  for (const way of ['ticket.editor.insert', 'ticket.comment.appendText', 'ticket.comment.text']) zendesk.refuses.add(way);
  await user.click(card.getByRole('button', { name: en['search.insert.passage'] }));
  expect(await card.findByDisplayValue(/Hold it\./)).toBeTruthy();
});

test('the articles can be narrowed to those for customers', async () => {
  const { card } = await searched(OPEN, INSIDE);
  await user.selectOptions(card.getByRole('combobox'), 'public');
  expect(card.queryByText('Refund up to 60.')).toBeNull();
  expect(card.getByText('1 found')).toBeTruthy();
});

test('words can be copied without being inserted', async () => {
  const { card, zendesk } = await searched(OPEN);
  await user.click(card.getByRole('button', { name: en['search.copy'] }));
  expect(await navigator.clipboard.readText()).toBe('Hold it.');
  expect(await card.findByText(en['draft.copied'])).toBeTruthy();
  expect(zendesk.calls('ticket.editor.insert')).toEqual([]);
});
