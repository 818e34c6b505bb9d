import { screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import axe from 'axe-core';
import { expect, test } from 'vitest';
import type { Ground, Joined, Moved, Threads } from '../src/api/threads';
import en from '../translations/en.json';
import { open } from './app';
import { entry, FakeWeb, refusal, ticketView } from './web';
import type { FakeZendesk } from './zendesk';

const user = userEvent.setup();
const AT = '2026-11-20T09:00:00Z';
const BILL = { id: 'co_bill', subject: 'The bill', ticket: '77', at: AT };

/** The part, unfolded, beside a ticket with two messages of the customer's. */
async function belonging(threads: Partial<Threads>) {
  const web = new FakeWeb(ticketView({ timeline: [entry(1), entry(2), entry(3, { role: 'agent' })] }));
  web.threads = { ...web.threads, ...threads };
  const opened = open({ web });
  await user.click(await screen.findByText(en['threads.title']));
  return opened;
}

const join = (more: Partial<Joined> = {}): Joined => ({ message: '2', ground: 'reference', words: 'LK-20114', at: AT, by: '', ...more });
const moved = (more: Partial<Moved> = {}): Moved => ({ id: 'mv_1', here: false, messages: 2, by: 'Maria Lopez', at: AT, ...more });
const box = (name: string) => screen.getByRole<HTMLSelectElement>('combobox', { name });
const choices = (name: string) => within(box(name)).getAllByRole('option').map(({ textContent }) => textContent);

/** The ticket as it is by now, and Zendesk shows the panel again. */
function reread(web: FakeWeb, zendesk: FakeZendesk, timeline: ReturnType<typeof entry>[]) {
  web.ticket = ticketView({ version: 2, timeline });
  zendesk.fire('pane.activated');
}

test('the agent sees why a message stands here, and on which tickets the conversation is', async () => {
  await belonging({ joins: [join()], tickets: ['42', '77'] });
  expect(screen.getByText('Joined because it names LK-20114')).toBeTruthy();
  expect(screen.getByText('One conversation on the tickets #42, #77.')).toBeTruthy();
});

test.each<Ground>(['agent', 'quoted', 'ticket', 'reference', 'answer', 'says_so', 'alike', 'vagueness', 'recent'])(
  'the ground %s has its words',
  async (ground) => {
    await belonging({ joins: [join({ ground, words: 'W', by: 'Tom' })] });
    const words = en[`threads.ground.${ground}`].replace('{words}', 'W').replace('{by}', 'Tom');
    expect(screen.getByText(words)).toBeTruthy();
  },
);

test('a message is moved to another conversation, from the newest of the customer on', async () => {
  const { web } = await belonging({ others: [BILL] });
  expect(choices(en['threads.from'])).toEqual(['Message 1', 'Message 2']);
  await user.selectOptions(box(en['threads.to']), '#77 The bill');
  await user.click(screen.getByRole('button', { name: en['threads.move'] }));
  expect(web.posts('/threads/move')).toEqual([{ message: '2', to: 'co_bill' }]);
});

test('another matter gets a conversation of its own', async () => {
  const { web } = await belonging({});
  await user.selectOptions(box(en['threads.from']), 'Message 1');
  await user.click(screen.getByRole('button', { name: en['threads.move'] }));
  expect(web.posts('/threads/move')).toEqual([{ message: '1', to: null }]);
});

test('what was moved away cannot be moved again by a choice that stayed', async () => {
  const { web, zendesk } = await belonging({});
  reread(web, zendesk, [entry(1)]);
  await screen.findByRole('combobox', { name: en['threads.from'] });
  await expect.poll(() => choices(en['threads.from']), { timeout: 5000 }).toEqual(['Message 1']);
  await user.click(screen.getByRole('button', { name: en['threads.move'] }));
  expect(web.posts('/threads/move')).toEqual([{ message: '1', to: null }]);
});

test('a move is put back with one click', async () => {
  const { web } = await belonging({ moves: [moved()] });
  await user.click(screen.getByRole('button', { name: en['threads.undo'] }));
  expect(web.posts('/threads/undo')).toEqual([{ move: 'mv_1' }]);
});

test('a move that is refused is said', async () => {
  const { web } = await belonging({});
  web.refusals.push(refusal(404, 'not_found', 'this message is not on this ticket'));
  await user.click(screen.getByRole('button', { name: en['threads.move'] }));
  expect((await screen.findByRole('alert')).textContent).toBeTruthy();
});

test('all of it can be used without seeing it', async () => {
  const { page } = await belonging({ joins: [join()], others: [BILL], moves: [moved()], tickets: ['42', '77'] });
  const { violations } = await axe.run(page.container, { rules: { 'color-contrast': { enabled: false } } });
  expect(violations).toEqual([]);
});
