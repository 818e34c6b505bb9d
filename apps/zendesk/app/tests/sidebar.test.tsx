import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import axe from 'axe-core';
import { expect, test, vi } from 'vitest';
import en from '../translations/en.json';
import { open, unfold } from './app';
import { entry, refusal, ticketView } from './web';
import { FakeZendesk } from './zendesk';

const user = userEvent.setup();
const button = (name: string | RegExp) => screen.findByRole('button', { name });
const marked = () => [...document.querySelectorAll('mark.mark-active')].map((mark) => mark.textContent);
const HANDOFF = {
  reason: 'The customer asked for a person',
  group: 'Billing',
  agent: null,
  wants: 'A refund',
  tried: ['Reset'],
  open: ['Is the box there?'],
  summary: '',
  sentiment_trend: [0, -0.8],
  identity: 'verified' as const,
};

test('the agent sees what the customer needs with the words that show it', async () => {
  open();
  const need = await unfold(en['need.title']);
  for (const said of ['Return a device', 'Negative', 'Urgent', 'English', 'Legal threat', 'ridiculous', 'today']) {
    expect(within(need).getByText(said)).toBeTruthy();
  }
  expect(within(need).getByText('Risk: Legal threat. Because of: my lawyer')).toBeTruthy();
});

test('of many signs the three surest are shown, and none is said twice', async () => {
  const kinds = ['legal_threat', 'fraud', 'churn', 'abuse', 'upsell'];
  const risks = kinds.map((kind) => ({ kind, label: kind, evidence: '' }));
  const sentiment = { value: 'negative' as const, score: -0.6, confidence: 0.84, evidence: ['third time', 'the third time now', '!!!'] };
  const signals = { ...ticketView().signals!, risks, sentiment, also: ['Billing dispute'] };
  open({ ticket: ticketView({ signals }) });
  const need = within(await unfold(en['need.title']));
  expect(need.getByText('Also: Billing dispute')).toBeTruthy();
  expect(need.getByText('the third time now')).toBeTruthy();
  expect(need.queryByText('third time')).toBeNull();
  expect(need.queryByText('!!!')).toBeNull();
  expect(need.getByText(en['risk.fraud'])).toBeTruthy();
  expect(need.queryByText(en['risk.abuse'])).toBeNull();
  await user.click(need.getByRole('button', { name: '2 more signs' }));
  expect(need.getByText(en['risk.abuse'])).toBeTruthy();
});

test('a household of many devices is folded after three', async () => {
  const facts = [{ label: 'Devices', value: ['Hub', 'Warm', 'Drop 1', 'Drop 2', 'Drop 3'].join('\n'), source: 'profile' }];
  open({ ticket: ticketView({ customer: { ...ticketView().customer!, facts } }) });
  const card = within(await unfold(en['customer.title']));
  expect(card.queryByText(/Drop 3/)).toBeNull();
  await user.click(card.getByRole('button', { name: 'Show 2 more' }));
  expect(card.getByText(/Drop 3/)).toBeTruthy();
});

test('a solved ticket is not said to be in the middle of an answer', async () => {
  const ticket = { ...ticketView().ticket, status: 'solved' as const };
  open({ ticket: ticketView({ ticket, draft: null }) });
  expect(await screen.findByText(en['owner.assistant.solved'])).toBeTruthy();
});

test('pointing at or focusing a sentence marks exactly the words it rests on', async () => {
  open();
  const sentence = await button(/You can return it within 30 days/);
  await user.hover(sentence);
  expect(marked()).toEqual(['returned within 30 days']);
  await user.unhover(sentence);
  (await button(/The refund takes/)).focus();
  await waitFor(() => expect(marked()).toEqual(['The refund takes 5 working days.']));
});

test('the article opens at the words of the sentence that is looked at', async () => {
  const draft = ticketView().draft!;
  const linked = draft.sentences.map((one, at) =>
    one.citation ? { ...one, citation: { ...one.citation, link: `${one.citation.url}#:~:text=words${at}` } } : one,
  );
  open({ ticket: ticketView({ draft: { ...draft, sentences: linked } }) });
  const source = await screen.findByRole('link', { name: /Return a device/ });
  expect(source.getAttribute('href')).toMatch(/#:~:text=words1$/);
  await user.hover(await button(/The refund takes/));
  expect(source.getAttribute('href')).toMatch(/#:~:text=words2$/);
});

test('courtesy is plain text, not something to check', async () => {
  open();
  const plain = await screen.findByText(/Hello Ana/);
  expect(plain.closest('[role=button]')).toBeNull();
});

test('insert puts the body into the reply and tells the web once', async () => {
  const { zendesk, web } = open();
  await user.click(await button(en['draft.insert']));
  await screen.findByText(en['draft.inserted']);
  expect(zendesk.calls('ticket.editor.insert')).toEqual([[ticketView().draft!.body]]);
  expect(web.posts('/drafts/d1/inserted')).toEqual([
    { text: ticketView().draft!.body, source: 'draft', note: '', left_out: [], confirmed: [], copied: false },
  ]);
});

test('an edited draft is inserted as edited', async () => {
  const { zendesk } = open();
  await user.click(await button(en['draft.edit']));
  const area = screen.getByLabelText(en['draft.edit.label']);
  await user.clear(area);
  await user.type(area, 'My words');
  await user.click(await button(en['draft.insert.edited']));
  await waitFor(() => expect(zendesk.calls('ticket.editor.insert')).toEqual([['My words']]));
});

test('a newer draft never takes away the one being edited', async () => {
  const { zendesk, web } = open();
  await user.click(await button(en['draft.edit']));
  await user.type(screen.getByLabelText(en['draft.edit.label']), ' and mine');
  web.ticket = ticketView({ version: 2, draft: { ...ticketView().draft!, id: 'd2', body: 'Newer' } });
  zendesk.fire('ticket.conversation.changed');
  await screen.findByText(en['draft.edit.newer']);
  expect(screen.getByLabelText<HTMLTextAreaElement>(en['draft.edit.label']).value).toMatch(/and mine$/);
  await user.click(await button(en['draft.edit.newer.show']));
  await user.click(await button(en['draft.insert']));
  await waitFor(() => expect(zendesk.calls('ticket.editor.insert')).toEqual([['Newer']]));
});

test('when Zendesk takes no text it is kept for copying and nothing is recorded', async () => {
  const zendesk = new FakeZendesk();
  zendesk.refuses.add('ticket.editor.insert').add('ticket.comment.appendText').add('ticket.comment.text');
  const { web } = open({ zendesk });
  await user.click(await button(en['draft.insert']));
  const kept = await screen.findByLabelText<HTMLTextAreaElement>(en['draft.copy.label']);
  expect(kept.value).toBe(ticketView().draft!.body);
  expect(zendesk.calls('notify')).toEqual([[en['draft.insert.refused'], 'error']]);
  expect(web.posts('/inserted')).toEqual([]);
});

test('a blocked draft can only be inserted after it was changed', async () => {
  const findings = [{ severity: 'block' as const, rule: 'amount', text: 'The amount is in no source.' }];
  open({ ticket: ticketView({ draft: { ...ticketView().draft!, findings } }) });
  expect(await button(en['draft.insert'])).toHaveProperty('disabled', true);
  await user.click(await button(en['draft.edit']));
  expect(await button(en['draft.insert.edited'])).toHaveProperty('disabled', true);
  await user.type(screen.getByLabelText(en['draft.edit.label']), ' changed');
  expect(await button(en['draft.insert.edited'])).toHaveProperty('disabled', false);
});

test('a thumb down on a sentence carries its number and the reason', async () => {
  const { web } = open();
  await user.click(await button(/The refund takes/));
  const rating = within(screen.getByRole('group', { name: 'Sentence 3' }));
  await user.click(rating.getByRole('button', { name: en['rating.down'] }));
  expect(rating.getByRole('button', { name: en['rating.send'] })).toHaveProperty('disabled', true);
  await user.click(rating.getByRole('button', { name: en['rating.reason.outdated'] }));
  await user.click(rating.getByRole('button', { name: en['rating.reason.wrong'] }));
  await user.click(rating.getByRole('button', { name: en['rating.reason.wrong'] }));
  await user.type(rating.getByLabelText(en['rating.note']), 'it is 7 now');
  await user.click(rating.getByRole('button', { name: en['rating.send'] }));
  await rating.findByText(en['rating.thanks']);
  expect(web.posts('/rating')).toEqual([
    { thumb: 'down', reasons: ['outdated'], reason: 'it is 7 now', sentence: 2, source: null },
  ]);
});

test('a thumb up on the draft is sent at once', async () => {
  const { web } = open();
  const rating = within(await screen.findByRole('group', { name: en['rating.draft'] }));
  await user.click(rating.getByRole('button', { name: en['rating.up'] }));
  const given = { thumb: 'up', reasons: [], reason: '', sentence: null, source: null };
  await waitFor(() => expect(web.posts('/rating')).toEqual([given]));
});

test('escalating names a group of Zendesk and the note', async () => {
  const { web } = open();
  await user.click(await button(en['action.escalate']));
  await user.selectOptions(await screen.findByRole('combobox', { name: en['action.escalate.group'] }), 'Billing');
  await user.type(screen.getByLabelText(en['action.escalate.note']), 'twice charged');
  await user.click(screen.getAllByRole('button', { name: en['action.escalate.send'] }).at(-1)!);
  await screen.findByText('Passed on to Billing.');
  expect(web.posts('/escalate')).toEqual([{ group: 'Billing', note: 'twice charged' }]);
});

test('a group the web refuses is said in its words and nothing is lost', async () => {
  const zendesk = new FakeZendesk();
  zendesk.groups = [];
  const { web } = open({ zendesk });
  await user.click(await button(en['action.escalate']));
  await user.type(await screen.findByRole('textbox', { name: en['action.escalate.group'] }), 'Nobody');
  web.refusals.push(refusal(400, 'invalid', 'There is no group Nobody'));
  await user.click(screen.getAllByRole('button', { name: en['action.escalate.send'] }).at(-1)!);
  expect((await screen.findByRole('alert')).textContent).toContain('There is no group Nobody');
  expect(screen.getByRole<HTMLInputElement>('textbox', { name: en['action.escalate.group'] }).value).toBe('Nobody');
});

test('handing back is offered only when the assistant does not have the conversation', async () => {
  const { web, zendesk } = open();
  await button(en['action.escalate']);
  expect(screen.queryByRole('button', { name: en['action.hand_back.title'] })).toBeNull();
  web.ticket = ticketView({ version: 2, state: 'silent', draft: null, owner: { kind: 'agent', name: 'Maria Lopez' } });
  zendesk.fire('pane.activated');
  await user.click(await button(en['action.hand_back.title']));
  await user.click(await button(en['action.hand_back.send']));
  await screen.findByText(en['action.hand_back.go_on.done']);
  expect(web.posts('/hand_back')).toEqual([{ how: 'go_on' }]);
});

test('a handoff shows what they want, what was tried and what is open', async () => {
  open({ ticket: ticketView({ owner: { kind: 'team', name: 'Billing' }, handoff: HANDOFF }) });
  const card = within(await screen.findByRole('region', { name: en['handoff.title'] }));
  for (const said of ['A refund', 'Reset', 'Is the box there?', HANDOFF.reason]) {
    expect(card.getByText(said)).toBeTruthy();
  }
  // No stop of the keyboard on the way to the draft.
  expect(card.queryAllByRole('button')).toEqual([]);
  expect(within(await unfold(en['handoff.more'])).getByText(en['handoff.trend.falling'])).toBeTruthy();
});

test('of a handoff with nothing done and nothing open the card says so', async () => {
  open({ ticket: ticketView({ owner: { kind: 'team', name: 'Billing' }, handoff: { ...HANDOFF, group: 'Billing', tried: [], open: [] } }) });
  const card = within(await screen.findByRole('region', { name: en['handoff.title'] }));
  expect(card.getByText(en['handoff.done.nothing'])).toBeTruthy();
  expect(card.getByText(en['handoff.next.answer'])).toBeTruthy();
  // Its team has it, as the owner's line says.
  expect(card.queryByText('For Billing')).toBeNull();
});

test('where nothing is sent one card says why, and where a person has it their line does', async () => {
  const { web, zendesk } = open({ ticket: ticketView({ state: 'silent', draft: null, abstained: 'There is no question.' }) });
  await screen.findByText(en['state.silent.title']);
  expect(screen.queryByText('There is no question.')).toBeNull();
  web.ticket = ticketView({ version: 2, state: 'silent', draft: null, owner: { kind: 'agent', name: 'Tom Okafor' } });
  zendesk.fire('pane.activated');
  await screen.findByText(en['owner.agent.says']);
  expect(screen.queryByText(en['state.silent.title'])).toBeNull();
});

test('an abstention says so, offers no draft and leads to the search', async () => {
  open({ ticket: ticketView({ draft: null, abstained: 'No article answers this.' }) });
  await screen.findByText('No article answers this.');
  expect(screen.queryByRole('button', { name: en['draft.insert'] })).toBeNull();
  await user.click(await button(en['state.abstained.search']));
  expect(document.activeElement).toBe(screen.getByLabelText(en['search.label']));
});

test('the timeline shows the last six and the rest on request', async () => {
  open({ ticket: ticketView({ timeline: Array.from({ length: 8 }, (_, n) => entry(n + 1)) }) });
  await unfold(en['timeline.title']);
  await screen.findByText('Message 8');
  expect(screen.queryByText('Message 2')).toBeNull();
  await user.click(await button('Show 2 earlier'));
  expect(screen.getByText('Message 1')).toBeTruthy();
});

test('a search offers the link of a public article and never that of an internal one', async () => {
  const { web, zendesk } = open();
  const passage = { article_id: 'a', title: 'Hubs', url: 'https://help.larkfield.example/a', section: 'Hub', heading: '', text: 'Hold it.', audience: 'public' as const, updated_at: '2026-05-03', brand: '', expired: false, stale: false, score: 1 };
  web.results = [passage, { ...passage, article_id: 'b', title: 'Secret', text: 'Inside.', audience: 'internal' }];
  await user.type(await screen.findByLabelText(en['search.label']), 'hub{Enter}');
  await screen.findByText('2 found');
  const offers = screen.getAllByRole('button', { name: en['search.insert'] });
  expect(offers).toHaveLength(1);
  await user.click(offers[0]!);
  await waitFor(() => expect(zendesk.calls('ticket.editor.insert')).toEqual([[`Hubs: ${passage.url}`]]));
});

test('an article that has expired or is out of date says so and offers no link', async () => {
  const { web } = open();
  const passage = { article_id: 'a', title: 'Hubs', url: 'https://help.larkfield.example/a', section: 'Hub', heading: '', text: 'Hold it.', audience: 'public' as const, updated_at: '2026-05-03', brand: 'Nest', expired: true, stale: true, score: 1 };
  web.results = [passage, { ...passage, article_id: 'b', text: 'Press it.', expired: false }];
  await user.type(await screen.findByLabelText(en['search.label']), 'hub{Enter}');
  await screen.findByText('2 found');
  expect(screen.getAllByText(en['search.expired'])).toHaveLength(1);
  expect(screen.getAllByText(en['search.stale'])).toHaveLength(1);
  expect(screen.queryByRole('button', { name: en['search.insert'] })).toBeNull();
});

test('an article whose address is not of the web becomes no link', async () => {
  const draft = ticketView().draft!;
  draft.sentences[1]!.citation!.url = 'javascript:alert(1)';
  open({ ticket: ticketView({ draft: { ...draft, sentences: draft.sentences.slice(0, 2) } }) });
  await screen.findByText('Return a device', { selector: 'strong' });
  expect(screen.queryByRole('link')).toBeNull();
});

test('why is answered with rule, policy version and times', async () => {
  open();
  await user.click(await button(en['why.title']));
  await screen.findByText('Policy 7, in force now.');
  for (const said of ['tier1.returns', 'The articles cover the question.', en['why.model.none'], '80 ms']) {
    expect(screen.getAllByText(said).length).toBeGreaterThan(0);
  }
});

test('Zendesk is asked for the height of the content, once per height', async () => {
  const observers: (() => void)[] = [];
  vi.stubGlobal(
    'ResizeObserver',
    class {
      constructor(changed: () => void) {
        observers.push(changed);
      }
      observe = () => undefined;
      disconnect = () => undefined;
    },
  );
  const { zendesk, page } = open();
  const content = page.container.querySelector('.page')!;
  let height = 700.4;
  content.getBoundingClientRect = () => ({ height }) as DOMRect;
  observers.forEach((changed) => [changed(), changed()]);
  height = 820;
  observers.forEach((changed) => changed());
  await waitFor(() => expect(zendesk.calls('resize')).toEqual(['701px', '820px'].map((tall) => [{ width: '100%', height: tall }])));
  vi.unstubAllGlobals();
});

test.each([
  ['a draft', ticketView()],
  ['a handoff', ticketView({ owner: { kind: 'agent', name: 'Tom Okafor' }, handoff: HANDOFF })],
  ['an abstention', ticketView({ draft: null, abstained: 'No article answers this.' })],
  ['work in progress', ticketView({ state: 'working', draft: null, decision: null })],
])('%s can be used without seeing it', async (_what, ticket) => {
  const { page } = open({ ticket });
  await screen.findByText(en['timeline.title']);
  const found = await axe.run(page.container, { rules: { 'color-contrast': { enabled: false } } });
  expect(found.violations.map((violation) => [violation.id, violation.nodes[0]?.html])).toEqual([]);
});

test('a reply is measured against its draft where the agent sees it', async () => {
  open({ ticket: ticketView({ draft: null, adoption: { state: 'edited', distance: 7, similarity: 0.9 } }) });
  const card = within(await screen.findByRole('region', { name: en['adoption.title'] }));
  expect(card.getByText(/^7 words differ/)).toBeTruthy();
  expect(card.getByText(en['draft.state.edited'])).toBeTruthy();
});

test('what was sent automatically can be judged but not inserted', async () => {
  open({ ticket: ticketView({ draft: { ...ticketView().draft!, state: 'sent' } }) });
  await screen.findByRole('group', { name: en['rating.draft'] });
  expect(screen.queryByRole('button', { name: en['draft.insert'] })).toBeNull();
});

test('a handoff for another reason than a missing article is not told as one', async () => {
  open({ ticket: ticketView({ draft: null, abstained: 'No article answers this.', handoff: HANDOFF }) });
  await screen.findByRole('region', { name: en['handoff.title'] });
  expect(screen.queryByText('No article answers this.')).toBeNull();
});
