import { screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, test } from 'vitest';
import en from '../translations/en.json';
import { open, unfold } from './app';
import { entry, FakeWeb, ticketView, wrapUp } from './web';

const user = userEvent.setup();

function web(more: Parameters<typeof wrapUp>[0] = {}): FakeWeb {
  const made = new FakeWeb(ticketView({ timeline: [entry(1, { text: 'Where is it?' })] }));
  made.wrapUp = wrapUp(more);
  return made;
}

async function opened(made: FakeWeb) {
  open({ web: made });
  const part = within(await unfold(en['wrapup.title']));
  await part.findByLabelText(en['wrapup.text']);
  return part;
}

test('one click writes it as it was made', async () => {
  const made = web();
  const part = await opened(made);
  made.wrapUp = wrapUp({ settled: true });
  await user.click(part.getByRole('button', { name: en['wrapup.apply'] }));
  expect(await part.findByText(en['wrapup.written'])).toBeTruthy();
  const { text } = wrapUp();
  expect(made.posts('/wrap_up')).toEqual([{ text, disposition: 'other', outcome: 'answered', next_step: '' }]);
  expect(part.getByRole<HTMLButtonElement>('button', { name: en['wrapup.apply'] }).disabled).toBe(true);
});

test('what the agent changed is what is written', async () => {
  const made = web();
  const part = await opened(made);
  await user.clear(part.getByLabelText(en['wrapup.text']));
  await user.type(part.getByLabelText(en['wrapup.text']), 'As I see it.');
  await user.selectOptions(part.getByLabelText(en['wrapup.disposition']), 'delivery');
  await user.selectOptions(part.getByLabelText(en['wrapup.outcome']), en['wrapup.outcome.not_solved']);
  await user.type(part.getByLabelText(en['wrapup.next_step']), 'Call on Friday.');
  await user.click(part.getByRole('button', { name: en['wrapup.apply'] }));
  await expect
    .poll(() => made.posts('/wrap_up'))
    .toEqual([{ text: 'As I see it.', disposition: 'delivery', outcome: 'not_solved', next_step: 'Call on Friday.' }]);
});

test('an empty summary cannot be written', async () => {
  const part = await opened(web());
  await user.clear(part.getByLabelText(en['wrapup.text']));
  expect(part.getByRole<HTMLButtonElement>('button', { name: en['wrapup.apply'] }).disabled).toBe(true);
});

test('where it writes itself the agent sees when, and may object', async () => {
  const made = web({ writes_at: '2026-03-10T11:12:00Z', to_crm: true });
  const part = await opened(made);
  expect(part.getByText(/Written by itself at .*2026/)).toBeTruthy();
  expect(part.getByText(en['wrapup.to_crm'])).toBeTruthy();
  made.wrapUp = wrapUp({ settled: true });
  await user.click(part.getByRole('button', { name: en['wrapup.object'] }));
  expect(await part.findByText(en['wrapup.objected'])).toBeTruthy();
  expect(made.posts('/wrap_up/object')).toEqual([{}]);
  expect(part.queryByRole('button', { name: en['wrapup.object'] })).toBeNull();
});

test('what is not settled of earlier matters stands above it', async () => {
  const line = 'ticket 7 (closed), remains: Maria: “You’ll get it on Friday.” (message of 10:12 UTC on 3 March 2026)';
  const part = await opened(web({ earlier: [line] }));
  expect(part.getByText(line)).toBeTruthy();
});

test('what could not be written is said, and what was typed is still there', async () => {
  const made = web();
  const part = await opened(made);
  await user.type(part.getByLabelText(en['wrapup.next_step']), 'Call on Friday.');
  made.wrapUp = Response.json({ error: { code: 'unavailable', message: '' } }, { status: 503 });
  await user.click(part.getByRole('button', { name: en['wrapup.apply'] }));
  expect(await part.findByRole('alert')).toBeTruthy();
  expect(part.getByLabelText<HTMLTextAreaElement>(en['wrapup.next_step']).value).toBe('Call on Friday.');
});

test('where nothing was said there is nothing to wrap up', async () => {
  open({ ticket: ticketView({ timeline: [] }) });
  await screen.findByRole('region', { name: en['timeline.title'] }).catch(() => null);
  expect(screen.queryByRole('region', { name: en['wrapup.title'] })).toBeNull();
});
