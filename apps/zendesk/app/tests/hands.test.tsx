import { screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import axe from 'axe-core';
import { expect, test, vi } from 'vitest';
import en from '../translations/en.json';
import { open, unfold } from './app';
import { entry, FakeWeb, refusal, ticketView } from './web';

const user = userEvent.setup();
const button = (name: string | RegExp) => screen.findByRole('button', { name });
const HELD = { kind: 'agent' as const, name: 'Maria Lopez' };
const HANDOFF = {
  reason: 'The customer asked for a person',
  group: 'Billing',
  agent: null,
  wants: 'A refund',
  tried: [],
  open: [],
  summary: '',
  sentiment_trend: [0],
  identity: 'known' as const,
};

const held = () => new FakeWeb(ticketView({ state: 'ready', draft: null, owner: HELD }));
const way = (name: string) => screen.findByRole('radio', { name });

test('the assistant goes on by itself, from an article that the agent picks', async () => {
  const web = held();
  web.results = [passage('a1', 'Returns'), passage('a1', 'Returns'), { ...passage('a2', 'Secret'), audience: 'internal' }];
  open({ web });
  await user.click(await button(en['action.hand_back.title']));
  await user.type(screen.getByLabelText(en['action.hand_back.article']), 'label');
  await user.click(await button(en['action.hand_back.article.find']));
  const choice = await screen.findByRole('combobox', { name: en['action.hand_back.article'] });
  expect(within(choice).getAllByRole('option').map(({ textContent }) => textContent)).toEqual([
    en['action.hand_back.article.none'],
    'Returns',
  ]);
  await user.selectOptions(choice, 'Returns');
  await user.click(await button(en['action.hand_back.send']));
  await screen.findByText(en['action.hand_back.go_on.done']);
  expect(web.posts('/hand_back')).toEqual([{ how: 'go_on', article: 'a1' }]);
});

test('the words to say are sent as they stand, and there is nothing to send without any', async () => {
  const web = held();
  open({ web });
  await user.click(await button(en['action.hand_back.title']));
  await user.click(await way(en['action.hand_back.say']));
  const send = screen.getByRole<HTMLButtonElement>('button', { name: en['action.hand_back.say.send'] });
  expect(send.disabled).toBe(true);
  await user.type(screen.getByLabelText(en['action.hand_back.say.text']), 'The refund comes on “Friday”.');
  await user.click(send);
  await screen.findByText(en['action.hand_back.say.done']);
  expect(web.posts('/hand_back')).toEqual([{ how: 'say', text: 'The refund comes on “Friday”.' }]);
});

test('the assistant may be left to suggest only', async () => {
  const web = held();
  open({ web });
  await user.click(await button(en['action.hand_back.title']));
  await user.click(await way(en['action.hand_back.watch']));
  await user.click(await button(en['action.hand_back.send']));
  await screen.findByText(en['action.hand_back.watch.done']);
  expect(web.posts('/hand_back')).toEqual([{ how: 'watch' }]);
});

test('one click takes the conversation; whoever has it is not asked to', async () => {
  const { web } = open();
  await user.dblClick(await button(en['action.take_over']));
  expect(await screen.findByText(en['action.take_over.done'])).toBeTruthy();
  expect(web.posts('/take_over')).toEqual([{}]);
});

test('their own conversation offers no taking over', async () => {
  open({ ticket: ticketView({ owner: HELD }) });
  await button(en['action.hand_back.title']);
  expect(screen.queryByRole('button', { name: en['action.take_over'] })).toBeNull();
});

test('a taking over that is refused is said', async () => {
  const { web } = open();
  const taking = await button(en['action.take_over']);
  web.refusals.push(refusal(409, 'invalid', 'The ticket changed in this moment'));
  await user.click(taking);
  expect((await screen.findByRole('alert')).textContent).toBeTruthy();
});

test('the card tells what the customer was told, and the rest of the package when somebody wants it', async () => {
  const handoff = {
    ...HANDOFF,
    intent: 'A fault, A refund',
    last_issue: 'Doorbell is dark',
    steps: ['Which colour is the ring? → amber'],
    diagnostics: ['Error codes: E14'],
    proof: 'a number that they are known by, not verified',
    profile: ['Language en'],
    activity: ['ticket 7 of 3 March 2026: Doorbell (solved)'],
    consent: ['service by SMS: yes, 2026-01-05 (settings)'],
    sources: ['message of 10:12 UTC on 10 March 2026, by SMS'],
    withheld: ['orders'],
    ways: ['here' as const, 'call' as const],
    reply: { minutes: 90, promise: '', by: null, opens_at: '2026-03-16T09:00:00Z', grounds: 'promised: 30 minutes' },
  };
  open({ ticket: ticketView({ owner: { kind: 'team', name: 'Billing' }, handoff }) });
  const brief = await screen.findByRole('region', { name: en['handoff.title'] });
  // What proves who it is is said once, on the card itself.
  expect(screen.getAllByText(new RegExp(handoff.proof))).toEqual([within(brief).getByText(new RegExp(handoff.proof))]);
  expect(screen.queryByText('Language en')).toBeNull();
  const card = within(await unfold(en['handoff.more']));
  expect(card.getByText(/an answer within 90 working minutes; the team is back/)).toBeTruthy();
  expect(card.getByText('Because: promised: 30 minutes')).toBeTruthy();
  expect(card.getByText('answer here, call back')).toBeTruthy();
  expect(card.getAllByText('Error codes: E14')).toHaveLength(2); // in the fold's title, and in its place
  const folded = [handoff.intent, handoff.last_issue, handoff.activity[0]!, handoff.consent[0]!];
  for (const said of [...folded, 'Language en', handoff.sources[0]!, 'orders']) {
    expect(card.getByText(said)).toBeTruthy();
  }
});

test('the brief can be put on the ticket, saved, and the customer told of it', async () => {
  const web = new FakeWeb(ticketView());
  web.brief = { title: 'Offline', text: '# Offline', file: 'ticket-1-brief.md', missing: ['a log'], ways: ['note'], status: 'passed_on', update: 'Our engineers have it.' };
  const saved = vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(() => undefined);
  URL.createObjectURL = vi.fn(() => 'blob:brief');
  URL.revokeObjectURL = vi.fn();
  const { zendesk } = open({ web });
  await user.click(await button(en['brief.title']));
  const part = within(screen.getByRole('region', { name: en['brief.title'] }));
  expect(await part.findByText('a log')).toBeTruthy();
  expect(part.getByLabelText<HTMLTextAreaElement>(en['brief.text']).value).toBe('# Offline');
  await user.click(part.getByRole('button', { name: en['brief.download'] }));
  expect(saved).toHaveBeenCalledOnce();
  await user.click(part.getByRole('button', { name: en['brief.note'] }));
  expect(await part.findByText(en['brief.noted'])).toBeTruthy();
  expect(web.posts('/brief')).toEqual([{ to: 'note' }]);
  await user.click(part.getByRole('button', { name: new RegExp(en['brief.update']) }));
  await part.findByText(en['draft.inserted']);
  expect(zendesk.calls('ticket.editor.insert')).toEqual([['Our engineers have it.']]);
});

test('the brief goes where the agent says, and what engineering said stands above the words for the customer', async () => {
  const web = new FakeWeb(ticketView());
  const ways = ['note', 'side_conversation', 'slack'] as const;
  web.brief = { title: '', text: '', file: 'ticket-1-brief.md', missing: [], ways: [...ways], status: 'fixed', update: 'It is fixed.' };
  open({ web });
  await user.click(await button(en['brief.title']));
  const part = within(screen.getByRole('region', { name: en['brief.title'] }));
  const choice = await part.findByRole('combobox', { name: en['brief.to'] });
  expect(within(choice).getAllByRole('option').map(({ textContent }) => textContent)).toEqual(ways.map((way) => en[`brief.way.${way}`]));
  await user.selectOptions(choice, 'side_conversation');
  await user.click(part.getByRole('button', { name: en['brief.send'] }));
  expect(await part.findByText(en['brief.sent.side_conversation'])).toBeTruthy();
  expect(web.posts('/brief')).toEqual([{ to: 'side_conversation' }]);
  expect(part.getByRole<HTMLButtonElement>('button', { name: en['brief.send'] }).disabled).toBe(true);
  expect(part.getByText(en['brief.status.fixed'])).toBeTruthy();
});

test('an instruction stands on the timeline with its name, and everything can be read aloud', async () => {
  const given = { ...entry(1), role: 'system' as const, public: false, author: 'Maria Lopez', text: 'Say hello', instruction: true };
  const { page } = open({ ticket: ticketView({ owner: HELD, timeline: [given] }) });
  expect(await screen.findByText(en['timeline.instruction'])).toBeTruthy();
  await user.click(await button(en['action.hand_back.title']));
  const { violations } = await axe.run(page.container, { rules: { 'color-contrast': { enabled: false } } });
  expect(violations.map(({ id }) => id)).toEqual([]);
});

function passage(id: string, title: string) {
  return {
    article_id: id, title, url: '', section: '', heading: '', text: 'Words', audience: 'public', updated_at: '', brand: '',
    expired: false, stale: false, score: 1,
  };
}
