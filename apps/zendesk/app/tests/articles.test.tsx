import { render, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import axe from 'axe-core';
import { expect, test } from 'vitest';
import { App } from '../src/App';
import { SidebarApi } from '../src/api/client';
import type { CostlyArticle, CostlyArticles, CostlyPair, CostlyTickets } from '../src/overview/types';
import type { Session } from '../src/session';
import en from '../translations/en.json';
import { SESSION, open as openSidebar } from './app';
import { EMPTY } from './overview';
import { FakeWeb, refusal, ticketView } from './web';
import { FakeZendesk } from './zendesk';

const user = userEvent.setup();
const LEAD: Session = { ...SESSION, role: 'lead', agent: { id: '503', name: 'Aisha Rahman' } };
const STALE: CostlyArticle = {
  key: 'ar_1',
  article: 'ar_1',
  title: 'Resetting',
  url: 'https://help.example/1',
  updated_at: '2026-01-21T09:00:00Z',
  signs: ['contradicted', 'old'],
  matters: 8,
  tickets: 3,
};
const PAIR: CostlyPair = {
  key: 'pair-1',
  articles: [
    { article: 'a', title: 'Returning an item', url: '', updated_at: null },
    { article: 'b', title: 'Sending it back', url: '', updated_at: null },
  ],
  passages: [['Within 30 days.', 'Within 14 days.']],
  tickets: 0,
};
const FOUND: CostlyArticles = { since: '2026-08-21T09:00:00Z', drafts: 120, articles: [STALE], pairs: [PAIR], more: 0 };
const TICKETS: CostlyTickets = {
  tickets: [{ ticket: '41', agent: 'Maria Lopez', at: '2026-11-21T09:00:00Z', how: 'contradicted', before: 'Ten seconds.', after: 'Five seconds.' }],
  withheld: 2,
  more: false,
};
const CASE = { name: 'ticket-41', by: 'Aisha Rahman', at: '2026-11-21T09:00:00Z', action: 'suggest', fresh: true };

/** The view of knowledge gaps over a web that answers so, by the path behind the API's address. */
async function open(rows: Record<string, object>): Promise<{ zendesk: FakeZendesk; posted: string[] }> {
  const zendesk = new FakeZendesk();
  zendesk.location = 'nav_bar';
  const posted: string[] = [];
  const all: Record<string, object> = { ...EMPTY, ...rows };
  const send = async (url: string, init: RequestInit) => {
    const path = url.split('/sidebar/api/')[1]?.replace('overview/', '') ?? '';
    if (init.method === 'POST') posted.push(path);
    const found = all[path] ?? all[path.split('?')[0] ?? ''];
    return found instanceof Response ? found.clone() : found ? Response.json(found) : refusal(404, 'not_found');
  };
  render(<App session={LEAD} host={zendesk.open()} api={new SidebarApi('token-for-tests', send, '/sidebar/api')} />);
  await user.click(await screen.findByRole('tab', { name: en['overview.view.gaps'] }));
  return { zendesk, posted };
}

const card = async () => within(await screen.findByRole('region', { name: en['articles.title'] }));

test('stale articles and pairs stand with what they cost', async () => {
  await open({ articles: FOUND });
  const shown = await card();
  expect(await shown.findByText(en['articles.sign.contradicted'])).toBeTruthy();
  expect(shown.getByText('cost 3 of the 8 tickets in which drafts rested on it')).toBeTruthy();
  expect(shown.getByText(/Within 30 days\./, { selector: 'blockquote' }).textContent).toContain('Within 14 days.');
  // A pair that cost no ticket has none to show.
  expect(shown.getAllByRole('button').map((each) => each.textContent)).toEqual([en['articles.tickets']]);
  const found = await axe.run(document.body, { rules: { 'color-contrast': { enabled: false } } });
  expect(found.violations.map(({ id }) => id)).toEqual([]);
});

test('its tickets are opened, and what may not be seen is counted', async () => {
  const { zendesk } = await open({ articles: FOUND, 'articles/tickets?of=ar_1': TICKETS });
  const shown = await card();
  await user.click(await shown.findByRole('button', { name: `${en['articles.tickets']}: Resetting` }));
  expect(await shown.findByText('Five seconds.', { selector: 'ins' })).toBeTruthy();
  expect(shown.getByText('2 more are in tickets that Zendesk does not show you.')).toBeTruthy();
  await user.click(shown.getByRole('button', { name: 'Open ticket 41' }));
  expect(zendesk.calls('routeTo')).toEqual([['ticket', '41']]);
});

test('one press keeps a ticket as a regression case', async () => {
  const { posted } = await open({ articles: FOUND, 'articles/tickets?of=ar_1': TICKETS, 'tickets/41/suite': CASE });
  const shown = await card();
  await user.click(await shown.findByRole('button', { name: `${en['articles.tickets']}: Resetting` }));
  await user.click(await shown.findByRole('button', { name: `${en['keep.suite.button']}: 41` }));
  expect(await shown.findByText('Kept as ticket-41: what was decided here is expected from now on.')).toBeTruthy();
  expect(posted).toEqual(['tickets/41/suite']);
});

test('one press keeps the ticket to practise on', async () => {
  const web = new FakeWeb(ticketView());
  web.refusals.push(Response.json({ ...CASE, name: 'ticket-42', fresh: false }));
  openSidebar({ web, session: { ...SESSION, role: 'lead' } });
  await user.click(await screen.findByRole('button', { name: en['why.title'] }));
  await user.click(await screen.findByRole('button', { name: en['keep.training.button'] }));
  expect(await screen.findByText('An exercise already: ticket-42, kept by Aisha Rahman.')).toBeTruthy();
  expect(web.posts('/training')).toHaveLength(1);
  expect(screen.getByRole('button', { name: en['keep.suite.button'] })).toBeTruthy();
});

test('where nothing stands out that is said', async () => {
  await open({ articles: { ...FOUND, articles: [], pairs: [] } });
  expect(await (await card()).findByText(en['articles.none'])).toBeTruthy();
});

test.each([
  ['agent', 0],
  ['lead', 1],
  ['admin', 1],
])('beside the ticket %s have so many buttons for it: %i', async (role, count) => {
  openSidebar({ session: { ...SESSION, role } });
  await user.click(await screen.findByRole('button', { name: en['why.title'] }));
  await screen.findByText(en['why.rule']);
  expect(screen.queryAllByRole('button', { name: en['keep.suite.button'] })).toHaveLength(count);
  expect(screen.queryAllByRole('button', { name: en['keep.training.button'] })).toHaveLength(count);
});
