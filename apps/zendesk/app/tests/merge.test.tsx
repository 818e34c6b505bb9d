import { fireEvent, screen, within } from '@testing-library/react';
import { expect, test } from 'vitest';
import en from '../translations/en.json';
import type { MergeSuggestion } from '../src/api/types';
import { open } from './app';
import { ticketView } from './web';

const SUGGESTED: MergeSuggestion = {
  id: 'co_text',
  questions: [
    { author: 'Emma Clarke', text: 'Can I send the doorbell back?', channel: 'email', ticket: '42', at: '2026-11-20T09:00:00Z' },
    { author: 'Emma Clarke', text: 'Who pays for a parcel back to you?', channel: 'sms', ticket: '17', at: '2026-11-20T12:00:00Z' },
  ],
};

const card = async () => within(await screen.findByRole('region', { name: en['merge.title'] }));

test('what may be one matter is shown with both questions, who asked them where, and a way to the other ticket', async () => {
  const { zendesk } = open({ ticket: ticketView({ suggestions: [SUGGESTED] }) });
  const shown = await card();
  expect(shown.getByText('Can I send the doorbell back?')).toBeTruthy();
  expect(shown.getByText('Who pays for a parcel back to you?')).toBeTruthy();
  expect(shown.getByText(/Emma Clarke, E-mail/)).toBeTruthy();
  expect(shown.getByText(/Emma Clarke, SMS/)).toBeTruthy();
  fireEvent.click(shown.getByRole('button', { name: /17/ }));
  expect(zendesk.calls('routeTo')).toEqual([['ticket', '17']]);
});

test('the agent merges in one click, and puts it back in one', async () => {
  const { web } = open({ ticket: ticketView({ suggestions: [SUGGESTED] }) });
  fireEvent.click((await card()).getByRole('button', { name: en['merge.yes'] }));
  await screen.findByText(en['merge.done']);
  expect(screen.queryByText(en['merge.title'])).toBeNull();
  fireEvent.click(screen.getByRole('button', { name: en['threads.undo'] }));
  await expect.poll(() => screen.queryByText(en['merge.done'])).toBeNull();
  const posted = web.calls.filter(({ method, path }) => method === 'POST' && path.includes('/threads/'));
  expect(posted.map(({ path, body }) => [path.split('/').at(-1), body])).toEqual([
    ['merge', { suggestion: 'co_text' }],
    ['undo', { move: 'mv_merged' }],
  ]);
});

test('what is kept apart is said once', async () => {
  const { web } = open({ ticket: ticketView({ suggestions: [SUGGESTED] }) });
  fireEvent.click((await card()).getByRole('button', { name: en['merge.no'] }));
  await expect.poll(() => web.calls.find(({ path }) => path.endsWith('threads/apart'))?.body).toEqual({ suggestion: 'co_text' });
  await expect.poll(() => screen.queryByText(en['merge.title'])).toBeNull();
  expect(screen.queryByText(en['merge.done'])).toBeNull();
});

test('a refusal is told where it was asked', async () => {
  const { web } = open({ ticket: ticketView({ suggestions: [SUGGESTED] }) });
  const shown = await card();
  web.refusals.push(new Response('{"error": {"code": "not_found", "message": ""}}', { status: 404 }));
  fireEvent.click(shown.getByRole('button', { name: en['merge.yes'] }));
  expect(await shown.findByRole('alert')).toBeTruthy();
  expect(screen.queryByText(en['merge.done'])).toBeNull();
});

test('nothing is asked where nothing is near', async () => {
  open();
  await screen.findByText(en['draft.title']);
  expect(screen.queryByText(en['merge.title'])).toBeNull();
});
