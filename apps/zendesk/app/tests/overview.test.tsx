import { render, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import axe from 'axe-core';
import { expect, test } from 'vitest';
import { App } from '../src/App';
import { SidebarApi } from '../src/api/client';
import type { Session } from '../src/session';
import en from '../translations/en.json';
import { EMPTY, FULL, type Sections } from './overview';
import { SESSION } from './app';
import { refusal } from './web';
import { FakeZendesk } from './zendesk';

const user = userEvent.setup();
const LEAD: Session = { ...SESSION, role: 'lead', agent: { id: '503', name: 'Aisha Rahman' } };

interface Shown {
  asked: string[];
  zendesk: FakeZendesk;
  sections: Sections;
}

/** The app in Zendesk's navigation, over a web that knows these sections. A Response in their place is the answer. */
function open(sections: Sections, session = LEAD): Shown {
  const zendesk = new FakeZendesk();
  zendesk.location = 'nav_bar';
  const shown: Shown = { asked: [], zendesk, sections: { ...sections } };
  const send = async (url: string) => {
    const section = url.split('/overview/')[1] ?? '';
    shown.asked.push(section);
    const found = shown.sections[section.split('?')[0] ?? ''];
    return found instanceof Response ? found.clone() : found ? Response.json(found) : refusal(404, 'not_found');
  };
  render(<App session={session} host={zendesk.open()} api={new SidebarApi('token-for-tests', send, '/sidebar/api')} />);
  return shown;
}

const card = (name: string) => screen.findByRole('region', { name });
const violations = async () => {
  const found = await axe.run(document.body, { rules: { 'color-contrast': { enabled: false } } });
  return found.violations.map(({ id, nodes }) => `${id} ${nodes[0]?.html}`);
};

test('a lead sees what was decided, handed over, taken up and waited for', async () => {
  open(FULL);
  const worked = within(await card(en['overview.worked']));
  expect(await worked.findByRole('img', { name: /Decisions per day/ })).toBeTruthy();
  const handed = within(await card(en['overview.handed']));
  expect(handed.getByRole('row', { name: /The customer asked for a person Billing 9/ })).toBeTruthy();
  expect(handed.getByText(/12 of 71 decisions/)).toBeTruthy();
  const adoption = within(await card(en['overview.adoption']));
  expect(adoption.getByText('80%')).toBeTruthy();
  expect(adoption.getByText(/32 of 40/)).toBeTruthy();
  expect(within(await card(en['overview.times'])).getByText(/Half within 800 ms, 95 % within 2.4 sec/)).toBeTruthy();
});

test('ratings are counted with their reasons in words', async () => {
  open(FULL);
  const ratings = within(await card(en['overview.ratings']));
  const reasons = await ratings.findAllByRole('listitem');
  expect(reasons.map((reason) => reason.textContent)).toEqual([
    `${en['rating.reason.outdated']}2`,
    `${en['overview.ratings.said']}1`,
  ]);
});

test('a share of few cases is not made into a percentage', async () => {
  open(FULL);
  const row = await within(await card(en['overview.adoption'])).findByRole('row', { name: /Late delivery/ });
  expect(within(row).getByText(en['overview.few'])).toBeTruthy();
  expect(within(row).queryByText(/%/)).toBeNull();
});

test('each chart has its numbers in a table, one key press away', async () => {
  open(FULL);
  const worked = within(await card(en['overview.worked']));
  await user.click(await worked.findByRole('button', { name: en['overview.table'] }));
  const table = worked.getByRole('table', { name: /Decisions per day/ });
  expect(within(table).getAllByRole('row')).toHaveLength(8);
  const day = within(table).getByRole('row', { name: /21 Nov/ });
  expect(within(day).getAllByRole('cell').map((cell) => cell.textContent)).toEqual(['12', '8', '2', '1']);
  expect(worked.queryByRole('img')).toBeNull();
});

test('a day without a case is a gap in the line and a dash in the table', async () => {
  open(FULL);
  const times = within(await card(en['overview.times']));
  await user.click(await times.findByRole('button', { name: en['overview.table'] }));
  const day = within(times.getByRole('table')).getByRole('row', { name: /15 Nov/ });
  expect(within(day).getAllByRole('cell').map((cell) => cell.textContent)).toEqual(['–', '–']);
});

test('another period is asked of the web', async () => {
  const { asked } = open(FULL);
  await card(en['overview.worked']);
  expect(asked).toContain('work?days=7');
  await user.click(screen.getByRole('radio', { name: 'Last 30 days' }));
  await screen.findByText(en['overview.queue']);
  expect(asked).toContain('work?days=30');
});

test('what is late or stuck is said in words, not in colour alone', async () => {
  open({ ...FULL, queues: { ...FULL.queues, events: { states: { pending: 4, parked: 1 }, late: 3, since: '2026-11-21T09:00:00Z' } } });
  const now = within(await card(en['overview.queue']));
  expect(await now.findByText(/^3 late, the oldest/)).toBeTruthy();
  expect(now.getAllByText(en['overview.well'])).toHaveLength(2);
});

test('workers that are away are said', async () => {
  open({ ...FULL, workers: { queue: true, workers: 0 } });
  expect(await within(await card(en['overview.queue'])).findByText(en['overview.away'])).toBeTruthy();
});

test('customers who wait are shown with whom and since when', async () => {
  open(FULL);
  const waiting = within(await card(en['overview.waiting']));
  expect(await waiting.findByRole('row', { name: /Jonas Weber Billing 2/ })).toBeTruthy();
});

test('an agent is told for whom this is, and nothing is asked of the web', async () => {
  const { asked } = open(FULL, SESSION);
  expect(await screen.findByText(en['overview.forbidden.title'])).toBeTruthy();
  expect(asked).toEqual([]);
});

test('who lost the role meanwhile is told by each card', async () => {
  open({ ...EMPTY, work: refusal(403, 'forbidden') });
  expect(within(await card(en['overview.worked'])).getByText(new RegExp(en['problem.forbidden.title']))).toBeTruthy();
});

test('an installation of today says what is missing instead of drawing nothing', async () => {
  open(EMPTY);
  for (const key of ['worked', 'handed', 'adoption', 'ratings', 'times', 'pulse', 'waiting'] as const) {
    expect(await screen.findByText(en[`overview.${key}.none`])).toBeTruthy();
  }
  expect(within(await card(en['overview.cost'])).getByText(en['overview.cost.none'])).toBeTruthy();
  expect(screen.queryByRole('img')).toBeNull();
});

test('a section that is away leaves the others, and can be tried again', async () => {
  const { sections } = open({ ...FULL, queues: refusal(503, 'unavailable') });
  const now = await card(en['overview.queue']);
  expect(await within(await card(en['overview.worked'])).findByRole('img')).toBeTruthy();
  sections.queues = FULL.queues;
  await user.click(within(now).getByRole('button', { name: en['problem.retry'] }));
  expect(await within(now).findByText(en['overview.events'])).toBeTruthy();
  expect(within(now).queryByRole('alert')).toBeNull();
});

test('an answer of another shape breaks one card alone', async () => {
  open({ ...FULL, queues: { at: 'now' } });
  expect(await within(await card(en['overview.queue'])).findByText(en['state.part.text'])).toBeTruthy();
  expect(await within(await card(en['overview.worked'])).findByRole('img')).toBeTruthy();
});

test('the tabs are one stop for the keyboard, with arrows between them', async () => {
  open(FULL);
  const [today, gaps] = await screen.findAllByRole('tab');
  today?.focus();
  await user.keyboard('{ArrowRight}');
  expect(document.activeElement).toBe(gaps);
  expect(gaps?.getAttribute('aria-selected')).toBe('true');
  await user.keyboard('{Home}');
  expect(document.activeElement).toBe(today);
});

test('a gap shows how often it was asked and opens its ticket', async () => {
  const { zendesk } = open(FULL);
  await user.click(await screen.findByRole('tab', { name: en['overview.view.gaps'] }));
  const gap = within(await card(en['overview.gaps']));
  expect(await gap.findByText('Do you ship to Norway?')).toBeTruthy();
  await user.click(gap.getByRole('button', { name: 'Other wordings (1)' }));
  expect(gap.getByText('is delivery to norway possible')).toBeTruthy();
  await user.click(gap.getByRole('button', { name: 'Open ticket 35' }));
  expect(zendesk.calls('routeTo')).toEqual([['ticket', '35']]);
});

test('the policy is read as tables, with who put it in force, and an earlier file as it was', async () => {
  open(FULL);
  await user.click(await screen.findByRole('tab', { name: en['overview.view.policy'] }));
  const force = within(await card(en['overview.policy.in_force']));
  expect(await force.findByText(/applied by priya@larkfield.example/)).toBeTruthy();
  expect(force.getByText(/differs from the version in force/)).toBeTruthy();
  const owners = within(await card(en['overview.policy.owners']));
  expect(owners.getByRole('row', { name: /Everything else/ })).toBeTruthy();
  expect(within(owners.getByRole('row', { name: /Password reset/ })).getByText('86%')).toBeTruthy();
  const history = within(await card(en['overview.policy.history']));
  const [, earlier] = history.getAllByRole('button', { name: en['overview.policy.read'] });
  await user.click(earlier!);
  expect(await history.findByText(/owners: \{\}/)).toBeTruthy();
});

test('who is connected is told with when they were heard', async () => {
  open(FULL);
  await user.click(await screen.findByRole('tab', { name: en['overview.view.sources'] }));
  const sources = within(await card(en['overview.sources']));
  expect(await sources.findByText(en['overview.sources.never'])).toBeTruthy();
  expect(sources.getByText(en['overview.sources.off'])).toBeTruthy();
});

test('an admin sees what the doctor found, the worst first, and what to do about it', async () => {
  const { asked } = open(FULL, { ...LEAD, role: 'admin' });
  await user.click(await screen.findByRole('tab', { name: en['overview.view.sources'] }));
  const checks = within(await card(en['overview.checks']));
  const lines = await checks.findAllByRole('listitem');
  expect(lines.map((line) => line.textContent)).toEqual([
    'Zendesk · webhookit is not activeActivate it: handrail connect zendesk.Failing',
    'Machine · queueanswersWell',
  ]);
  await user.click(checks.getByRole('button', { name: en['overview.checks.again'] }));
  expect(asked.filter((section) => section === 'checks')).toHaveLength(2);
});

test('a lead is told where the checks are, and they are not asked for', async () => {
  const { asked } = open(FULL);
  await user.click(await screen.findByRole('tab', { name: en['overview.view.sources'] }));
  expect(await screen.findByText(en['overview.sources.doctor'])).toBeTruthy();
  expect(asked).not.toContain('checks');
});

test.each([
  ['full', FULL],
  ['empty', EMPTY],
] as const)('every view can be used without seeing it (%s)', async (_, sections) => {
  open(sections, { ...LEAD, role: 'admin' });
  for (const name of ['today', 'gaps', 'policy', 'sources'] as const) {
    await user.click(await screen.findByRole('tab', { name: en[`overview.view.${name}`] }));
    await screen.findAllByRole('region');
    expect(await violations()).toEqual([]);
  }
});

test('what did not reach a customer is sent again or dismissed, and goes', async () => {
  const message = {
    id: 'fx_1',
    who: 'Emma Clarke',
    channel: 'sms',
    to: '+447700900123',
    text: 'Hold the button for ten seconds.',
    why: 'given up after 6 attempts: Twilio did not answer',
    since: '2026-11-21T09:00:00Z',
    ticket: '35',
    unclear: true,
  };
  const shown = open({ ...FULL, parked: { parked: [message, { ...message, id: 'fx_2', who: '', unclear: false }] } });
  const parked = within(await card(en['overview.parked']));
  expect(parked.getByText('Hold the button for ten seconds.', { selector: 'li:first-child blockquote' })).toBeTruthy();
  expect(parked.getAllByText(en['overview.parked.unclear'])).toHaveLength(1);
  shown.sections['parked/fx_1'] = {};
  shown.sections.parked = { parked: [] };
  await user.click(parked.getByRole('button', { name: 'Send again to Emma Clarke' }));
  await waitFor(() => expect(screen.queryByRole('region', { name: en['overview.parked'] })).toBeNull());
  expect(shown.asked).toContain('parked/fx_1');
});

test('what somebody else has settled is said', async () => {
  const message = { id: 'fx_1', who: 'Emma', channel: 'sms', to: '+1', text: 'Hi', why: '', since: '2026-11-21T09:00:00Z', ticket: '', unclear: false };
  open({ ...FULL, parked: { parked: [message] } });
  const parked = within(await card(en['overview.parked']));
  await user.click(parked.getByRole('button', { name: 'Dismiss the message to Emma' }));
  expect(await parked.findByRole('alert')).toBeTruthy();
});
