import { render, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import axe from 'axe-core';
import { expect, test } from 'vitest';
import { App } from '../src/App';
import { SidebarApi } from '../src/api/client';
import type { Conversations, Part, Pictures, ReportFound } from '../src/overview/types';
import { spanQuery } from '../src/overview/report/Choice';
import en from '../translations/en.json';
import { SESSION } from './app';
import { refusal } from './web';
import { FakeZendesk } from './zendesk';

const user = userEvent.setup();
const LEAD = { ...SESSION, role: 'lead', agent: { id: '503', name: 'Aisha Rahman' } };
const part = (hits: number, cases: number): Part => ({
  hits,
  cases,
  value: cases ? hits / cases : null,
  low: cases ? Math.max(0, hits / cases - 0.04) : 0,
  high: cases ? Math.min(1, hits / cases + 0.04) : 1,
});

const REPORT: ReportFound = {
  waiting: 3,
  all: { matters: 800, net_promoters: { score: 42.4, low: 30.2, high: 54.6, cases: 210 }, seconds: { answered_after: { median: 90, p90: 3_600, cases: 780 } } },
  before: { matters: 760, net_promoters: { score: null, low: null, high: null, cases: 0 }, seconds: { answered_after: { median: 120, p90: 4_000, cases: 750 } } },
  fewest: 20,
  measures: [
    { name: 'recontacted', title: 'Back with the same within seven days', short: 'Back in 7 days', of: 'matters closed', side: 'Outcome', better: 'down' },
    { name: 'satisfied', title: 'Satisfied', short: 'Satisfied', of: 'matters that were rated', side: 'Customers', better: 'up' },
    { name: 'answered', title: 'Answered at all', short: 'Answered', of: 'all matters', side: 'Customers', better: 'up' },
  ],
  columns: ['recontacted', 'satisfied'],
  scorecard: [
    { measure: 'recontacted', now: part(80, 700), before: part(120, 690), change: { value: -0.06, low: -0.09, high: -0.02 }, sure: true, better: true },
    { measure: 'satisfied', now: part(9, 12), before: part(70, 90), change: { value: -0.03, low: -0.2, high: 0.2 }, sure: false, better: null },
    { measure: 'answered', now: part(780, 800), before: part(750, 760), change: { value: -0.01, low: -0.03, high: 0.01 }, sure: false, better: null },
  ],
  cost: { currency: 'EUR', models: 0.021, minutes: 4.26 },
  marks: [{ by: 'intent', key: 'refund_status', label: 'Refund status', measure: 'recontacted', share: part(40, 100), rest: part(40, 600), worse: true }],
  waves: [{ by: 'intent', key: 'device_offline', label: 'Device offline', since: '2026-11-09', until: '2026-11-12', count: 90, usual: 20.4 }],
  by: 'intent',
  compared: true,
  groups: [
    {
      key: 'refund_status',
      label: 'Refund status',
      matters: 120,
      seconds: { answered_after: { median: 60, p90: 600, cases: 110 } },
      shares: { recontacted: part(40, 100), satisfied: part(3, 5) },
      marked: { recontacted: true },
    },
    { key: '', label: '', matters: 4, seconds: {}, shares: { recontacted: part(0, 0), satisfied: part(0, 0) }, marked: {} },
  ],
  more: 2,
};
const PICTURES: Pictures = {
  pictures: [{ name: 'volume', wide: true, title: 'Matters that began', svg: '<svg role="img" aria-label="matters a day: 3 – 40"></svg>' }],
  unavailable: '',
};
const BEHIND: Conversations = {
  counted: true,
  conversations: [
    { conversation: 'co_1', ticket: '4711', began_at: '2026-11-20T10:00:00Z', channel: 'email', intent: 'Refund status', team: 'Billing' },
    { conversation: 'co_2', ticket: null, began_at: '2026-11-19T10:00:00Z', channel: 'whatsapp', intent: '', team: '' },
  ],
  withheld: 3,
  more: true,
};

async function open(sections: Record<string, object> = {}) {
  const zendesk = new FakeZendesk();
  zendesk.location = 'nav_bar';
  const asked: string[] = [];
  const known: Record<string, object> = { report: REPORT, 'report/pictures': PICTURES, 'report/conversations': BEHIND, ...sections };
  const send = async (url: string) => {
    const section = url.split('/overview/')[1] ?? '';
    asked.push(section);
    const found = known[section.split('?')[0] ?? ''];
    return found instanceof Response ? found.clone() : found ? Response.json(found) : refusal(404, 'not_found');
  };
  render(<App session={LEAD} host={zendesk.open()} api={new SidebarApi('token-for-tests', send, '/sidebar/api')} />);
  await user.click(await screen.findByRole('tab', { name: en['overview.view.report'] }));
  return { asked, zendesk };
}

const card = (name: string) => screen.findByRole('region', { name });

test('what stands out is one sentence with its figures, and a wave is dated', async () => {
  await open();
  const found = within(await card(en['report.found']));
  expect(
    await found.findByText('Intent “Refund status”: Back with the same within seven days 40% of 100 (36% to 44%); all others 7%'),
  ).toBeTruthy();
  expect(found.getByText(/^A wave, Nov 9 to Nov 12: 90 matters about “Device offline”, where 20 were usual$|^A wave, 9 Nov/)).toBeTruthy();
  expect(found.getByText(en['report.worse'])).toBeTruthy();
});

test('each share has its interval, what it is of, and whether its change is more than chance', async () => {
  await open();
  const scorecard = within(await card(en['report.scorecard']));
  const back = await scorecard.findByRole('row', { name: /Back with the same/ });
  expect(within(back).getAllByRole('cell').map((cell) => cell.textContent)).toEqual(['11%', '7% to 15%', '17%', '-6.0']);
  expect(back.textContent).toContain('of 700 matters closed');
  const answered = scorecard.getByRole('row', { name: /Answered at all/ });
  expect(within(answered).getAllByRole('cell').at(-1)?.textContent).toBe('-1.0 ≈');
});

test('a share of few cases is grey, compared with nothing, and no tile shows it', async () => {
  await open();
  const row = await within(await card(en['report.scorecard'])).findByRole('row', { name: /^Satisfied/ });
  const [now, , , change] = within(row).getAllByRole('cell');
  expect(now?.className).toContain('report-small');
  expect(change?.textContent).toBe('');
  expect(screen.getByText(/12 cases say too little/)).toBeTruthy();
});

test('whether customers would recommend the company is a score with its interval', async () => {
  await open();
  expect(await screen.findByText('30 to 55 of 210 answers; before –')).toBeTruthy();
});

test('a figure opens its conversations, and a ticket of them opens in the helpdesk', async () => {
  const { asked, zendesk } = await open();
  const groups = within(await card('By group: Intent'));
  await user.click(await groups.findByRole('button', { name: '▼ 40%: conversations behind “Refund status, Back with the same within seven days”' }));
  const box = within(await screen.findByRole('dialog', { name: 'Refund status · Back with the same within seven days' }));
  expect(await box.findByText(/3 more are in tickets that Zendesk does not show you/)).toBeTruthy();
  expect(asked.at(-1)).toMatch(/^report\/conversations\?since=\d{4}-\d\d-\d\d&by=intent&key=refund_status&measure=recontacted$/);
  expect(box.getByText(en['report.untitled'])).toBeTruthy();
  await user.click(box.getByRole('button', { name: 'Open ticket 4711' }));
  await waitFor(() => expect(zendesk.calls('routeTo')).toEqual([['ticket', '4711']]));
  await user.click(box.getByRole('button', { name: en['report.turn.uncounted'] }));
  await waitFor(() => expect(asked.at(-1)).toContain('counted=false'));
  await user.click(box.getByRole('button', { name: en['report.close'] }));
  expect(screen.queryByRole('dialog')).toBeNull();
});

test('another cut and other days are asked of the web', async () => {
  const { asked } = await open();
  await user.selectOptions(await screen.findByRole('combobox'), 'channel');
  await waitFor(() => expect(asked.filter((each) => each.includes('by=channel'))).toHaveLength(2));
  await user.click(screen.getByRole('radio', { name: 'Last 90 days' }));
  const since = spanQuery({ days: 90 });
  await waitFor(() => expect(asked).toContain(`report?${since}&by=channel`));
  await user.click(screen.getByRole('radio', { name: en['report.other'] }));
  expect(screen.getByLabelText(en['report.since'])).toBeTruthy();
});

test('without the library that draws, the report is there and says what is missing', async () => {
  await open({ 'report/pictures': { pictures: [], unavailable: 'vl-convert-python missing' } });
  expect(await within(await card(en['report.pictures'])).findByText(/vl-convert-python missing/)).toBeTruthy();
  expect(await within(await card(en['report.scorecard'])).findByRole('table')).toBeTruthy();
});

test('who cannot see the report can read it', async () => {
  await open();
  expect(await screen.findByRole('img', { name: 'matters a day: 3 – 40' })).toBeTruthy();
  const found = await axe.run(document.body, { rules: { 'color-contrast': { enabled: false } } });
  expect(found.violations.map(({ id, nodes }) => `${id} ${nodes[0]?.html}`)).toEqual([]);
});
