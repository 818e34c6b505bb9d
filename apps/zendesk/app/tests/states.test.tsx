import { screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, test, vi } from 'vitest';
import { recall } from '../src/kept';
import en from '../translations/en.json';
import { open } from './app';
import { FakeWeb, refusal, ticketView } from './web';
import { FakeZendesk } from './zendesk';

const user = userEvent.setup();
const button = (name: string | RegExp) => screen.findByRole('button', { name });

test.each([
  ['working', ticketView({ state: 'working', draft: null }), en['state.working']],
  ['none', ticketView({ state: 'none', draft: null }), en['state.empty.title']],
  ['silent', ticketView({ state: 'silent', draft: null }), en['state.silent.title']],
  ['unknown to the web', null, en['state.empty.title']],
])('the state %s has its own words', async (_state, ticket, said) => {
  open({ ticket });
  expect(await screen.findByText(said)).toBeTruthy();
});

test.each([
  ['a session that ended', () => refusal(401, 'unauthorized'), en['problem.unauthorized.title'], false],
  ['too many requests', () => refusal(429, 'rate_limited'), en['problem.rate_limited.title'], true],
  ['a backend that is down', () => refusal(503, 'unavailable'), en['problem.unavailable.title'], true],
  ['no network', () => new TypeError('Failed to fetch'), en['problem.offline.title'], true],
])('%s is said plainly', async (_what, fault, said, retry) => {
  const web = new FakeWeb(ticketView());
  web.faults.push(fault());
  open({ web });
  expect(await screen.findByText(said)).toBeTruthy();
  expect(screen.queryAllByRole('button', { name: en['problem.retry'] })).toHaveLength(retry ? 1 : 0);
});

test('trying again brings the ticket back, and what was seen stays during the trouble', async () => {
  const { web, zendesk } = open();
  await button(en['draft.insert']);
  web.faults.push(refusal(503, 'unavailable'));
  zendesk.fire('ticket.conversation.changed');
  await screen.findByText(new RegExp(en['problem.since'].split('{')[0]!));
  expect(screen.getByRole('button', { name: en['draft.insert'] })).toBeTruthy();
  await user.click(await button(en['problem.retry']));
  await waitFor(() => expect(screen.queryByText(en['problem.unavailable.title'])).toBeNull());
});

test('a card that cannot be drawn takes no other with it and is tried again with the next version', async () => {
  const silenced = vi.spyOn(console, 'error').mockImplementation(() => undefined);
  const { web, zendesk } = open({ ticket: { ...ticketView(), signals: { ...ticketView().signals!, risks: null as never } } });
  await screen.findByText(en['state.part.text']);
  expect(screen.getByRole('button', { name: en['draft.insert'] })).toBeTruthy();
  expect(screen.getByLabelText(en['search.label'])).toBeTruthy();
  web.ticket = ticketView({ version: 2 });
  zendesk.fire('pane.activated');
  await waitFor(() => expect(screen.queryByText(en['state.part.text'])).toBeNull());
  silenced.mockRestore();
});

test('too many requests: it is said when the next one is made, and nothing wakes it before', async () => {
  const { web, zendesk } = open();
  await button(en['draft.insert']);
  web.faults.push(refusal(429, 'rate_limited', '', { 'Retry-After': '30' }));
  zendesk.fire('ticket.updated');
  await screen.findByText(/Next try in (2\d|30) s/);
  // What stands beside the ticket is asked for in its own time.
  const polls = () => web.calls.filter(({ path }) => /tickets\/[^/]+$/.test(path)).length;
  const before = polls();
  expect(before).toBeGreaterThan(0);
  zendesk.fire('ticket.conversation.changed');
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(polls()).toBe(before);
});

test('a computer without a network is told apart from a web that is away', async () => {
  const online = vi.spyOn(navigator, 'onLine', 'get').mockReturnValue(false);
  const web = new FakeWeb(ticketView());
  web.faults.push(new TypeError('Failed to fetch'));
  open({ web });
  expect(await screen.findByText(en['problem.device.title'])).toBeTruthy();
  online.mockRestore();
  window.dispatchEvent(new Event('online'));
  expect(await button(en['draft.insert'])).toBeTruthy();
});

test('what an agent has typed outlives the panel until it is sent', async () => {
  const first = open();
  await user.click(await button(en['action.escalate']));
  await user.type(screen.getByLabelText(en['action.escalate.note']), 'She has asked three times.');
  first.page.unmount();
  const second = open();
  await user.click(await button(en['action.escalate']));
  const note = screen.getByLabelText(en['action.escalate.note']);
  expect((note as HTMLTextAreaElement).value).toBe('She has asked three times.');
  await user.selectOptions(await screen.findByLabelText(en['action.escalate.group']), 'Billing');
  await user.click(screen.getAllByRole('button', { name: en['action.escalate.send'] }).at(-1)!);
  await waitFor(() => expect(second.web.posts('/escalate')).toHaveLength(1));
  expect(recall(`7:escalate:42`)).toBe('');
});

test('without a session nothing is asked of the web', async () => {
  const { web } = open({ session: null });
  await screen.findByText(en['problem.unauthorized.title']);
  expect(web.calls).toEqual([]);
});

test('a place without a ticket is named as such', async () => {
  const zendesk = new FakeZendesk();
  zendesk.location = 'top_bar';
  open({ zendesk });
  await screen.findByText(en['state.place.title']);
});

test('the app speaks the language of the agent', async () => {
  const zendesk = new FakeZendesk();
  zendesk.values['currentUser.locale'] = 'de';
  open({ zendesk });
  expect(await button('Einfügen')).toBeTruthy();
});

test('the app follows the colours of Zendesk', async () => {
  const { zendesk } = open();
  await button(en['draft.insert']);
  expect(document.documentElement.style.colorScheme).toBe('light');
  zendesk.fire('colorScheme.changed', 'dark');
  await waitFor(() => expect(document.documentElement.style.colorScheme).toBe('dark'));
});
