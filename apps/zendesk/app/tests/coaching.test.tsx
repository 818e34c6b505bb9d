import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, test } from 'vitest';
import type { Hint } from '../src/api/coaching';
import en from '../translations/en.json';
import { open } from './app';
import { FakeWeb, ticketView } from './web';
import { FakeZendesk } from './zendesk';

const user = userEvent.setup();
const PATIENCE = { timeout: 15_000 };
const hint = (changes: Partial<Hint>): Hint => ({ kind: 'promise', text: '', words: '', remedy: '', about: null, ...changes });
const PROMISE = hint({ text: 'Promises something: “We guarantee”.', words: 'We guarantee', remedy: 'Say what the article says.' });

function typing(text: string, hints: Hint[], kind = 'publicReply') {
  const zendesk = new FakeZendesk();
  zendesk.values['ticket.comment.text'] = text;
  zendesk.values['ticket.comment.type'] = kind;
  const web = new FakeWeb(ticketView());
  web.hints = hints;
  open({ zendesk, web });
  return { zendesk, web };
}

test('a promise is told beside the reply while it is written, and goes with the words', async () => {
  const { zendesk, web } = typing('We guarantee that it comes.', [PROMISE]);
  const card = await screen.findByRole('region', { name: en['coach.writing'] }, PATIENCE);
  expect(card.textContent).toContain('Promises something: “We guarantee”. Say what the article says.');
  expect(web.posts('/coaching')).toEqual([{ text: 'We guarantee that it comes.' }]);
  zendesk.values['ticket.comment.text'] = '';
  await waitFor(() => expect(screen.queryByRole('region', { name: en['coach.writing'] })).toBeNull(), PATIENCE);
}, 40_000);

test('the same text is asked about once, and what is still being typed is not', async () => {
  const { zendesk, web } = typing('We guarantee', [PROMISE]);
  await screen.findByRole('region', { name: en['coach.writing'] }, PATIENCE);
  const typed = setInterval(() => {
    zendesk.values['ticket.comment.text'] += ' more';
  }, 500);
  await new Promise((resolve) => setTimeout(resolve, 5_000));
  clearInterval(typed);
  expect(web.posts('/coaching')).toHaveLength(1);
}, 40_000);

test.each([
  ['a note', 'We guarantee that it comes.', 'internalNote'],
  ['a beginning', 'We guar', 'publicReply'],
])('%s is read by nobody', async (_, text, kind) => {
  const { web } = typing(text, [PROMISE], kind);
  await screen.findByText(en['mine.start']);
  await new Promise((resolve) => setTimeout(resolve, 5_000));
  expect(web.posts('/coaching')).toEqual([]);
}, 40_000);

test('a policy that wants no hints has nothing read', async () => {
  const zendesk = new FakeZendesk();
  zendesk.values['ticket.comment.text'] = 'We guarantee that it comes.';
  const web = new FakeWeb(ticketView());
  web.coaching = { while_writing: false, afterwards: null };
  open({ zendesk, web });
  await screen.findByText(en['mine.start']);
  await new Promise((resolve) => setTimeout(resolve, 5_000));
  expect(web.posts('/coaching')).toEqual([]);
}, 40_000);

test('a line that is due is put into the reply by one click', async () => {
  const line = 'I have recorded this as a formal complaint.';
  const { zendesk } = typing('Thank you for telling us about it.', [hint({ kind: 'due', words: line, text: 'Complaint' })]);
  const card = await screen.findByRole('region', { name: en['coach.writing'] }, PATIENCE);
  expect(card.textContent).toContain(en['coach.due'].replace('{what}', 'Complaint'));
  await user.click(within(card).getByRole('button'));
  await waitFor(() => expect(zendesk.calls('ticket.editor.insert')).toEqual([[line]]));
}, 40_000);

test('how a matter went is told to who answered, folded, with when it was', async () => {
  const web = new FakeWeb(ticketView());
  const about = web.ticket!.timeline[0]!;
  web.coaching = {
    while_writing: true,
    afterwards: [hint({ kind: 'asked_again', words: 'LK-10442', about: about.id }), hint({ kind: 'rose' })],
  };
  open({ web });
  await user.click(await screen.findByRole('button', { name: new RegExp(en['coach.after']) }));
  const fold = screen.getByRole('region', { name: en['coach.after'] });
  expect(fold.textContent).toContain(en['coach.private']);
  expect(fold.textContent).toContain('You ask for what the customer has told: “LK-10442”');
  expect(fold.textContent).toContain(en['coach.rose']);
  expect(fold.textContent).toMatch(/\d{4}/);
});
