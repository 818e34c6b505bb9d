import { screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import axe from 'axe-core';
import { beforeEach, expect, test } from 'vitest';
import type { NextStep, ScriptLine } from '../src/api/beside';
import type { Handoff } from '../src/api/types';
import en from '../translations/en.json';
import { open, unfold } from './app';
import { entry, FakeWeb, refusal, ticketView } from './web';
import { FakeZendesk } from './zendesk';

const user = userEvent.setup();
const region = (name: string) => screen.findByRole('region', { name });

beforeEach(() => window.localStorage.clear());

function step(more: Partial<NextStep> = {}): NextStep {
  return { kind: 'escalate', about: 'Specialists', why: 'triggers.fraud: Specialists, tier 2', evidence: ['my card'], act: { doing: 'escalate', to: 'Specialists' }, by: null, ...more };
}

function script(more: Partial<ScriptLine> = {}): ScriptLine {
  return { name: 'Complaint', text: 'I have recorded this as a complaint.', must_say: true, because: 'Formal complaint', said_by: null, drafted: false, ...more };
}

function beside(web: Partial<FakeWeb>, ticket = ticketView()) {
  return open({ web: Object.assign(new FakeWeb(ticket), web) });
}

test('a next step says what, why by which line of the policy, and in whose words', async () => {
  beside({ assist: { steps: [step()], scripts: [] } });
  const card = within(await region(en['next.title']));
  expect(card.getByText('Pass it on to Specialists')).toBeTruthy();
  expect(card.getByText('Policy: triggers.fraud: Specialists, tier 2')).toBeTruthy();
  expect(card.getByText('my card')).toBeTruthy();
});

test('one click passes it on, with the reason as the note', async () => {
  const { web } = beside({ assist: { steps: [step()], scripts: [] } });
  await user.click(within(await region(en['next.title'])).getByRole('button', { name: /Pass on/ }));
  await screen.findByText(/Specialists\b/, { selector: '.done' });
  expect(web.posts('/escalate')).toEqual([{ group: 'Specialists', note: 'triggers.fraud: Specialists, tier 2 · my card' }]);
});

test('a group that the web refuses is said beside the step', async () => {
  const { web } = beside({ assist: { steps: [step()], scripts: [] } });
  const button = within(await region(en['next.title'])).getByRole('button', { name: /Pass on/ });
  web.refusals.push(refusal(400, 'invalid', 'There is no such group.'));
  await user.click(button);
  expect(await screen.findByText(/There is no such group/)).toBeTruthy();
});

test('an open question is one click from the articles', async () => {
  const about = 'Is the warranty still good?';
  const { web } = beside({ assist: { steps: [step({ kind: 'answer', about, why: '', act: { doing: 'search', to: about } })], scripts: [] } });
  await user.click(within(await region(en['next.title'])).getByRole('button', { name: /Search the articles/ }));
  expect(await screen.findByDisplayValue(about)).toBe(document.activeElement);
  expect(web.calls.some(({ path }) => path.endsWith('/search'))).toBe(true);
});

test("the customer's other ticket opens in Zendesk", async () => {
  const act = { doing: 'open', to: '77' } as const;
  const { zendesk } = beside({ assist: { steps: [step({ kind: 'other_open', about: 'Second leak', why: '', act })], scripts: [] } });
  await user.click(within(await region(en['next.title'])).getByRole('button', { name: /Open ticket/ }));
  expect(zendesk.calls('routeTo')).toEqual([['ticket', '77']]);
});

test('a promised time that has passed is said to be late', async () => {
  const late = step({ kind: 'reply_by', about: '30 minutes', act: null, by: '2020-01-01T10:00:00Z' });
  beside({ assist: { steps: [late], scripts: [] } });
  expect(within(await region(en['next.title'])).getByText(/was due at/)).toBeTruthy();
});

test('more steps than an agent reads at once are folded', async () => {
  const steps = [1, 2, 3, 4, 5, 6].map((n) => step({ kind: 'do', about: `Thing ${n}`, act: null }));
  beside({ assist: { steps, scripts: [] } });
  const card = within(await region(en['next.title']));
  expect(card.queryByText(/Thing 6/)).toBeNull();
  await user.click(card.getByRole('button', { name: 'Show 2 more' }));
  expect(card.getByText(/Thing 6/)).toBeTruthy();
});

test('what must be said can be inserted and is recorded as a line', async () => {
  const { zendesk, web } = beside({ assist: { steps: [], scripts: [script()] } });
  const card = within(await region(en['script.title']));
  expect(card.getByText('1 still to say')).toBeTruthy();
  await user.click(card.getByRole('button', { name: 'Insert: Complaint' }));
  await card.findByText(en['draft.inserted']);
  expect(zendesk.calls('ticket.editor.insert')).toEqual([[script().text]]);
  expect(web.posts('/inserted')).toEqual([{ text: script().text, source: 'script', ref: 'Complaint' }]);
});

test('a line that somebody said is ticked off with their name', async () => {
  beside({ assist: { steps: [], scripts: [script({ said_by: 'Maria Lopez' })] } });
  const card = within(await region(en['script.title']));
  expect(card.getByText('Said by Maria Lopez')).toBeTruthy();
  expect(card.queryByRole('button')).toBeNull();
});

test('a line that stands in the draft is not due', async () => {
  beside({ assist: { steps: [], scripts: [script({ drafted: true })] } });
  const card = within(await region(en['script.title']));
  expect(card.getByText(en['script.drafted'])).toBeTruthy();
  expect(card.queryByText('1 still to say')).toBeNull();
});

test('solved tickets are asked for only when somebody opens them', async () => {
  const found = { ticket: '71', title: 'Thermostat offline', asked: 'It is offline.', answered: 'Unplug it.', locale: 'en', at: null, likeness: 0.8 };
  const { web, zendesk } = beside({ similar: [found] });
  const title = await screen.findByRole('button', { name: en['similar.title'] });
  expect(web.calls.some(({ path }) => path.endsWith('/similar'))).toBe(false);
  await user.click(title);
  await user.click(await screen.findByRole('button', { name: 'Open ticket 71' }));
  expect(zendesk.calls('routeTo')).toEqual([['ticket', '71']]);
});

test("another customer's answer is inserted only after a warning", async () => {
  const found = { ticket: '71', title: 'Thermostat offline', asked: 'It is offline.', answered: 'Unplug it.', locale: 'en', at: null, likeness: 0.8 };
  const { zendesk, web } = beside({ similar: [found] });
  await user.click(await screen.findByRole('button', { name: en['similar.title'] }));
  await user.click(await screen.findByRole('button', { name: en['similar.insert'] }));
  expect(zendesk.calls('ticket.editor.insert')).toEqual([]);
  await user.click(screen.getByRole('button', { name: en['internal.warning.confirm'] }));
  await user.click(await screen.findByRole('button', { name: 'Insert: Thermostat offline' }));
  await screen.findByText(en['draft.inserted']);
  expect(zendesk.calls('ticket.editor.insert')).toEqual([['Unplug it.']]);
  expect(web.posts('/inserted')).toEqual([{ text: 'Unplug it.', source: 'similar', ref: '71', confirmed: ['zendesk:ticket:71'] }]);
});

test('a macro says where it has gaps and goes into the reply', async () => {
  const macro = { id: '9', title: 'Delivery › Late', text: 'Hello …, it is late.', likeness: 0.7 };
  const { zendesk } = beside({ macros: [macro] });
  await user.click(await screen.findByRole('button', { name: en['macro.title'] }));
  expect(await screen.findByText(en['macro.gaps'])).toBeTruthy();
  await user.click(screen.getByRole('button', { name: 'Insert: Delivery › Late' }));
  await screen.findByText(en['draft.inserted']);
  expect(zendesk.calls('ticket.editor.insert')).toEqual([[macro.text]]);
});

test("a macro goes in with the names that Zendesk fills in", async () => {
  const zendesk = new FakeZendesk();
  zendesk.macro = 'Hello Ana, it is late.';
  const web = Object.assign(new FakeWeb(ticketView()), { macros: [{ id: '9', title: 'Late', text: 'Hello …, it is late.', likeness: 0.7 }] });
  open({ web, zendesk });
  await user.click(await screen.findByRole('button', { name: en['macro.title'] }));
  await screen.findByText(zendesk.macro);
  expect(screen.queryByText(en['macro.gaps'])).toBeNull();
  await user.click(screen.getByRole('button', { name: 'Insert: Late' }));
  await screen.findByText(en['draft.inserted']);
  expect(zendesk.calls('ticket.editor.insert')).toEqual([[zendesk.macro]]);
});

test.each([
  ['similar', en['similar.title']],
  ['macros', en['macro.title']],
] as const)('when %s cannot be had it is said there and can be asked for again', async (what, title) => {
  const { web } = beside({ [what]: refusal(503, 'unavailable') });
  await user.click(await screen.findByRole('button', { name: title }));
  const again = within(await region(title));
  web[what] = [];
  await user.click(await again.findByRole('button', { name: en['problem.retry'] }));
  expect(await again.findByText(en[what === 'similar' ? 'similar.none' : 'macro.none'])).toBeTruthy();
});

const OTHER = {
  id: 'co-2',
  ticket: '77',
  subject: 'Second leak',
  status: 'open' as const,
  channel: 'sms' as const,
  at: '2026-11-20T08:00:00Z',
  entries: [entry(90, { text: 'The cellar is wet too', channel: 'sms' })],
};
const SENT = { id: 'fx', at: '2026-11-20T07:00:00Z', channel: 'sms' as const, text: 'The app has a fault.', state: 'sent', delivery: 'delivered' as const };

test('one story holds this ticket, the others and what we sent unasked, in the order of time', async () => {
  beside({ elsewhere: { moods: {}, contact: null, conversations: [OTHER], outreach: [SENT] } });
  const card = within(await unfold(en['timeline.title']));
  await card.findByText('Second leak');
  const heads = card.getAllByRole('listitem').map((item) => item.querySelector('strong')?.textContent);
  expect(heads).toEqual([en['timeline.outreach'], 'Second leak', 'Ana Novak']);
});

test('another conversation is one line until it is opened, and can be gone to', async () => {
  const { zendesk } = beside({ elsewhere: { moods: {}, contact: null, conversations: [OTHER], outreach: [] } });
  const card = within(await unfold(en['timeline.title']));
  const more = await card.findByRole('button', { name: 'Messages: 1' });
  expect(card.queryByText('The cellar is wet too')).toBeNull();
  await user.click(more);
  expect(card.getByText('The cellar is wet too')).toBeTruthy();
  await user.click(card.getByRole('button', { name: 'Open ticket 77' }));
  expect(zendesk.calls('routeTo')).toEqual([['ticket', '77']]);
});

test('the story can be narrowed to internal notes', async () => {
  const note = entry(2, { text: 'Called the bank', public: false, role: 'agent', author: 'Tom Okafor' });
  beside({}, ticketView({ timeline: [entry(1), note] }));
  const card = within(await unfold(en['timeline.title']));
  await user.selectOptions(card.getByRole('combobox'), 'notes');
  expect(card.queryByText('Message 1')).toBeNull();
  expect(card.getByText('Called the bank')).toBeTruthy();
});

test('a message that was not calm carries its mood', async () => {
  beside({ elsewhere: { moods: { 1: -0.6 }, contact: null, conversations: [], outreach: [] } });
  const card = within(await unfold(en['timeline.title']));
  expect(await card.findByRole('img', { name: /Mood: .*0\.6/ })).toBeTruthy();
});

test('when the rest of the story cannot be had, this ticket is still told', async () => {
  beside({ elsewhere: refusal(503, 'unavailable') });
  const card = within(await unfold(en['timeline.title']));
  expect(await card.findByRole('alert')).toBeTruthy();
  expect(card.getByText('Message 1')).toBeTruthy();
});

test('at the second look what came in between is marked', async () => {
  const first = beside({}, ticketView({ timeline: [entry(1)] }));
  await region(en['timeline.title']);
  first.page.unmount();
  beside({}, ticketView({ timeline: [entry(1), entry(2, { at: '2026-11-20T09:30:00Z' })] }));
  expect(await screen.findByText(en['timeline.fresh'])).toBeTruthy();
  expect(screen.getByText(en['timeline.new'].replace('{count}', '1'))).toBeTruthy();
});

const HANDOFF: Handoff = {
  reason: 'A legal threat',
  group: 'Specialists',
  agent: null,
  wants: 'A refund',
  tried: [],
  open: [],
  summary: '',
  sentiment_trend: [],
  identity: 'known',
};

test('the handoff tells the last contact, the tier, and the words behind its reason', async () => {
  const contact = { at: '2026-11-19T09:00:00Z', channel: 'sms' as const, role: 'agent' as const, author: 'Jonas Weber', text: 'It was sent.', subject: 'Second leak', ticket: '77' };
  const view = ticketView({ handoff: HANDOFF });
  const decision = view.decision && { ...view.decision, rule: 'trigger:legal', tier: 2 };
  const { zendesk } = beside({ elsewhere: { moods: {}, contact, conversations: [], outreach: [] } }, { ...view, decision });
  await region(en['handoff.title']);
  expect(screen.queryByText(/Jonas Weber/)).toBeNull();
  const card = within(await unfold(en['handoff.more']));
  expect(await card.findByText(/Jonas Weber/)).toBeTruthy();
  expect(card.getByText('Plus, served at tier 2')).toBeTruthy();
  expect(card.getByText('my lawyer')).toBeTruthy();
  await user.click(card.getByRole('button', { name: 'Second leak' }));
  expect(zendesk.calls('routeTo')).toEqual([['ticket', '77']]);
});

test('all of it can be used without seeing it', async () => {
  const assist = { steps: [step(), step({ kind: 'verify', about: 'Ana', why: 'known', act: null })], scripts: [script()] };
  const elsewhere = { moods: { 1: -0.6 }, contact: null, conversations: [OTHER], outreach: [SENT] };
  const { page } = beside({ assist, elsewhere }, ticketView({ handoff: HANDOFF }));
  await screen.findByText('Second leak');
  const found = await axe.run(page.container, { rules: { 'color-contrast': { enabled: false } } });
  expect(found.violations.map(({ id }) => id)).toEqual([]);
});

test('wordings that only may be said stay folded behind those that must be', async () => {
  const kind = script({ name: 'Kind', text: 'Does it work again?', must_say: false });
  beside({ assist: { steps: [], scripts: [script(), kind] } });
  const card = within(await region(en['script.title']));
  expect(card.queryByText('Does it work again?')).toBeNull();
  await user.click(card.getByRole('button', { name: 'More wordings: 1' }));
  expect(card.getByText('Does it work again?')).toBeTruthy();
});

test('the words that the reason holds already are not told twice', async () => {
  const view = ticketView({ handoff: { ...HANDOFF, reason: 'The customer speaks of legal steps (“my lawyer”)' } });
  const decision = view.decision && { ...view.decision, rule: 'trigger:legal' };
  beside({}, { ...view, decision });
  const card = within(await unfold(en['handoff.more']));
  expect(card.queryByText('my lawyer')).toBeNull();
});
