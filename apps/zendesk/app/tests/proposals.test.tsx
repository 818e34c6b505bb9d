import { render, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import axe from 'axe-core';
import { expect, test } from 'vitest';
import { App } from '../src/App';
import { SidebarApi } from '../src/api/client';
import type { Proposal } from '../src/overview/types';
import type { Session } from '../src/session';
import en from '../translations/en.json';
import { SESSION } from './app';
import { EMPTY } from './overview';
import { refusal } from './web';
import { FakeZendesk } from './zendesk';

const user = userEvent.setup();
const LEAD: Session = { ...SESSION, role: 'lead', agent: { id: '503', name: 'Aisha Rahman' } };
const GREETING: Proposal = {
  id: 'pr_1',
  kind: 'style_rule',
  state: 'open',
  title: 'Say “Hi {name},” instead of “Hello {name},”',
  says: 'Hi {name},',
  matters: 6,
  could: 8,
  agents: 3,
  customers: 5,
  effect: 'changes 6 of your last 8 drafts',
  decided_by: '',
  decided_at: null,
  outcome: '',
  back: false,
  sources: [],
};
const ARTICLE: Proposal = { ...GREETING, id: 'pr_2', kind: 'article_new', title: 'No article answers this', says: 'Hold the dial.\nFor ten seconds.' };
const SEEN = [{ ticket: '41', agent: 'Maria Lopez', at: '2026-11-21T09:00:00Z', before: 'Hello [name],', after: '' }];

interface Shown {
  asked: string[];
  bodies: unknown[];
  zendesk: FakeZendesk;
  rows: Record<string, object>;
}

/** The page of proposals over a web that answers so, by the path and, of what is posted, by the id. */
async function open(rows: Record<string, object>): Promise<Shown> {
  const zendesk = new FakeZendesk();
  zendesk.location = 'nav_bar';
  const shown: Shown = { asked: [], bodies: [], zendesk, rows: { ...EMPTY, ...rows } };
  const send = async (url: string, init: RequestInit) => {
    const path = url.split('/overview/')[1] ?? '';
    if (init.method === 'POST') shown.bodies.push(JSON.parse(String(init.body)));
    shown.asked.push(path);
    const found = shown.rows[init.method === 'POST' ? `POST ${path}` : path] ?? shown.rows[path.split('?')[0] ?? ''];
    return found instanceof Response ? found.clone() : found ? Response.json(found) : refusal(404, 'not_found');
  };
  render(<App session={LEAD} host={zendesk.open()} api={new SidebarApi('token-for-tests', send, '/sidebar/api')} />);
  await user.click(await screen.findByRole('tab', { name: en['overview.view.proposals'] }));
  await screen.findByRole('region', { name: en['proposals.title'] });
  return shown;
}

const listed = (proposals: Proposal[], may = true) => ({ proposals, all: proposals.length, may });
const button = (name: string) => screen.findByRole('button', { name });

test('each stands with what it rests on and what it would have changed', async () => {
  const { zendesk } = await open({ proposals: listed([GREETING, ARTICLE]), 'proposals/pr_1': { ...GREETING, evidence: SEEN } });
  expect(await screen.findByRole('heading', { name: GREETING.title })).toBeTruthy();
  expect(screen.getAllByText(/In 6 of 8 matters/)).toHaveLength(2);
  expect(screen.getAllByText(/It changes 6 of your last 8 drafts/)).toHaveLength(2);
  // What the title says already is not said again; an article's words are.
  expect(screen.getByText(/Hold the dial\./, { selector: 'blockquote' })).toBeTruthy();
  expect(screen.queryByText('Hi {name},', { selector: 'blockquote' })).toBeNull();
  await user.click((await screen.findAllByRole('button', { name: en['proposals.evidence'] }))[0] as HTMLElement);
  expect(await screen.findByText('Hello [name],', { selector: 'del' })).toBeTruthy();
  expect(screen.getByText(en['proposals.taken_out'])).toBeTruthy();
  await user.click(await button('Open ticket 41'));
  expect(zendesk.calls('routeTo')).toEqual([['ticket', '41']]);
  const found = await axe.run(document.body, { rules: { 'color-contrast': { enabled: false } } });
  expect(found.violations.map(({ id }) => id)).toEqual([]);
});

test('what customers wrote about an alarm is quoted, and no change', async () => {
  const missed: Proposal = { ...GREETING, kind: 'trigger_missed', title: 'Legal steps: “bailiff letter” is a sign of it', says: 'bailiff letter' };
  const seen = [{ ticket: '41', agent: 'Maria Lopez', at: '2026-11-21T09:00:00Z', before: '', after: 'My bailiff letter came.' }];
  await open({ proposals: listed([missed]), 'proposals/pr_1': { ...missed, evidence: seen } });
  expect(await screen.findByText(en['proposals.kind.trigger_missed'])).toBeTruthy();
  await user.click(await button(en['proposals.evidence']));
  expect(await screen.findByText('My bailiff letter came.', { selector: 'q' })).toBeTruthy();
  expect(screen.queryByText(en['proposals.added'])).toBeNull();
  await user.click(await button(`Accept: ${missed.title}`));
  expect(screen.getByText(en['proposals.comes.trigger_missed'])).toBeTruthy();
});

test('nothing is accepted by one click, and what comes of it is said before', async () => {
  const shown = await open({ proposals: listed([GREETING]), 'POST proposals/pr_1': GREETING });
  await user.click(await button(`Accept: ${GREETING.title}`));
  expect(screen.getByText(en['proposals.comes.style_rule'])).toBeTruthy();
  expect(shown.bodies).toEqual([]);
  shown.rows.proposals = listed([]);
  await user.click(await button(en['proposals.do.accept']));
  expect(await screen.findByText(en['proposals.none.open'])).toBeTruthy();
  expect(shown.bodies).toEqual([{ wish: 'accept' }]);
});

test('its words are edited, and it is refused with a reason', async () => {
  const shown = await open({ proposals: listed([GREETING]), 'POST proposals/pr_1': GREETING });
  await user.click(await button(`Edit: ${GREETING.title}`));
  const says = screen.getByRole('textbox', { name: en['proposals.says'] });
  await user.clear(says);
  expect((await button(en['proposals.do.edit'])).hasAttribute('disabled')).toBe(true);
  await user.type(says, 'Hey {{name},');
  await user.click(await button(en['proposals.do.edit']));
  await user.click(await button(`Refuse: ${GREETING.title}`));
  await user.type(screen.getByRole('textbox', { name: en['proposals.why'] }), 'Too familiar.');
  await user.click(await button(en['proposals.do.refuse']));
  await waitFor(() => expect(shown.bodies).toEqual([{ wish: 'edit', says: 'Hey {name},' }, { wish: 'refuse', why: 'Too familiar.' }]));
});

test('why it could not be done is said in the words of the web, and it stays', async () => {
  const answer = Response.json({ error: { code: 'not_done', message: 'a sign-off is missing' } }, { status: 409 });
  await open({ proposals: listed([GREETING]), 'POST proposals/pr_1': answer });
  await user.click(await button(`Accept: ${GREETING.title}`));
  await user.click(await button(en['proposals.do.accept']));
  expect((await screen.findByRole('alert')).textContent).toContain('a sign-off is missing');
  expect(await button(en['proposals.do.accept'])).toBeTruthy();
});

test('whom the policy does not let decide is told so and has no buttons for it', async () => {
  await open({ proposals: listed([GREETING], false) });
  expect(await screen.findByText(en['proposals.others'])).toBeTruthy();
  const row = within(screen.getByRole('listitem'));
  expect(row.getAllByRole('button').map((each) => each.textContent)).toEqual([en['proposals.evidence']]);
});

test('what was accepted says by whom, and a rule of style is taken back', async () => {
  const accepted: Proposal = { ...GREETING, state: 'accepted', decided_by: 'priya@x.example', decided_at: '2026-11-21T09:00:00Z', outcome: 'in force', back: true };
  const shown = await open({ proposals: listed([]), 'proposals?state=accepted': listed([accepted]), 'POST proposals/pr_1': accepted });
  await user.click(screen.getByRole('radio', { name: en['proposals.state.accepted'] }));
  expect(await screen.findByText(/Accepted by priya@x.example/)).toBeTruthy();
  await user.click(await button(`Take back: ${GREETING.title}`));
  expect(screen.getByText(en['proposals.comes.back'])).toBeTruthy();
  await user.click(await button(en['proposals.do.back']));
  await waitFor(() => expect(shown.bodies).toEqual([{ wish: 'back' }]));
});
