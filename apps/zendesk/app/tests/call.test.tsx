import { screen, within } from '@testing-library/react';
import axe from 'axe-core';
import { expect, test, vi } from 'vitest';
import type { LiveCall } from '../src/api/call';
import type { TicketView } from '../src/api/types';
import en from '../translations/en.json';
import { open, unfold } from './app';
import { FakeWeb, ticketView } from './web';

/** The app beside a ticket whose customer is on the telephone. */
function speaking(more: Partial<LiveCall> = {}) {
  const view: TicketView = ticketView();
  const spoken = view.timeline.map((entry) => ({ ...entry, channel: 'voice' as const }));
  const web = new FakeWeb({ ...view, timeline: spoken });
  web.phoneCall = call(more);
  return open({ web });
}

function call(more: Partial<LiveCall>): LiveCall {
  return {
    sid: 'CA1',
    stage: 'person',
    number: '+447700900123',
    group: 'Specialists',
    language: 'en',
    started_at: '2026-11-20T09:00:00Z',
    ended_at: null,
    outcome: '',
    seconds: 75,
    raised: ['fraud'],
    lines: [
      { key: '1', role: 'customer', text: 'My card was stolen', at: '2026-11-20T09:00:30Z', mood: -0.6 },
      { key: '2', role: 'agent', text: 'I am sorry to hear that.', at: '2026-11-20T09:00:35Z', mood: null },
    ],
    moods: [0.1, -0.6],
    asked: 'My card was stolen',
    knowledge: [{ title: 'Blocking a card', url: 'https://help.larkfield.example/card', text: 'Block it at once.', score: 0.9 }],
    scripts: [{ name: 'fraud', text: 'I have blocked the card.', must_say: true, because: 'Possible fraud', said: false }],
    ...more,
  };
}

const panel = async (title: string) => within(await screen.findByRole('region', { name: title }, { timeout: 5000 }));

test('while one speaks, the answer to the newest question and what must be said are there', async () => {
  speaking();
  const live = await panel(en['call.title']);
  expect(live.getByRole('link', { name: 'Blocking a card' })).toBeTruthy();
  expect(live.getByText('Block it at once.')).toBeTruthy();
  const due = await panel(en['call.scripts']);
  expect(due.getByText('I have blocked the card.')).toBeTruthy();
  expect(due.getByText(en['call.must'])).toBeTruthy();
  expect(live.getByText(`${en['call.raised']}: fraud`)).toBeTruthy();
  expect(live.getByText('1:15')).toBeTruthy();
});

test('the newest line stands on top, with who said it', async () => {
  speaking();
  const lines = within(await unfold(en['call.lines'])).getAllByRole('listitem');
  expect(lines.map((line) => line.textContent)).toEqual([
    `${en['call.agent']} I am sorry to hear that.`,
    `${en['call.caller']} My card was stolen`,
  ]);
});

test('what was said is ticked off, and a call that is over keeps its transcript alone', async () => {
  speaking({ stage: 'ended', ended_at: '2026-11-20T09:02:00Z', scripts: [] });
  const over = within(await unfold(en['call.title.over']));
  expect(over.getByText('My card was stolen')).toBeTruthy();
  expect(screen.queryByText('Block it at once.')).toBeNull();
});

test('a ticket without a call asks for none and shows none', async () => {
  const { web } = open();
  const asked = () => web.calls.map(({ path }) => path.split('/').at(-1));
  // What stands beside the ticket is asked for together, after a while; the threads stand below the call.
  await vi.waitFor(() => expect(asked()).toContain('threads'), 5000);
  expect(asked()).not.toContain('call');
  expect(screen.queryByRole('region', { name: en['call.title'] })).toBeNull();
});

test('the panel can be read by everybody', async () => {
  const { page } = speaking();
  await panel(en['call.title']);
  const { violations } = await axe.run(page.container, { rules: { 'color-contrast': { enabled: false } } });
  expect(violations.filter(({ nodes }) => nodes.some(({ html }) => html.includes('call-')))).toEqual([]);
});
