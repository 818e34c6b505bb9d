import { screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, test } from 'vitest';
import en from '../translations/en.json';
import { open } from './app';
import { FakeWeb, ticketView } from './web';
import { FakeZendesk } from './zendesk';

const user = userEvent.setup();
const button = (name: string | RegExp) => screen.findByRole('button', { name });
const TYPED = 'you get you money back ok';
const BETTER = 'You get your money back.';

/** An agent who has typed something in Zendesk's own reply, and a model that words it better. */
async function reworded(typed: unknown = TYPED) {
  const zendesk = new FakeZendesk();
  zendesk.values['ticket.comment.text'] = typed;
  const web = new FakeWeb(ticketView());
  web.unavailable = '';
  web.rewritten = { text: BETTER, changed: true, reason: '', caution: '' };
  open({ zendesk, web });
  await user.click(await button(en['mine.start']));
  const grammar = await button(en['write.grammar']);
  await waitFor(() => expect(grammar).toHaveProperty('disabled', false));
  await user.click(grammar);
  await screen.findByRole('group', { name: en['mine.after'] });
  return { zendesk, web };
}

test('what was typed is shown beside its rewording and replaced only when the agent says so', async () => {
  const { zendesk, web } = await reworded();
  expect(screen.getByRole('group', { name: en['mine.before'] }).textContent).toContain(TYPED);
  expect(zendesk.values['ticket.comment.text']).toBe(TYPED);
  await user.click(await button(en['mine.replace']));
  await screen.findByText(en['mine.replaced'], { exact: false });
  expect(zendesk.values['ticket.comment.text']).toBe(BETTER);
  await waitFor(() => expect(web.posts('/tickets/42/inserted')).toEqual([{ text: BETTER, source: 'own' }]));
  await user.click(await button(en['mine.undo']));
  await screen.findByText(en['mine.undone']);
  expect(zendesk.values['ticket.comment.text']).toBe(TYPED);
});

test('the rich editor gets its text back as HTML', async () => {
  const { zendesk } = await reworded('<p>you get you <b>money</b> back ok</p>');
  expect(screen.getByRole('group', { name: en['mine.before'] }).textContent).toContain(TYPED);
  await user.click(await button(en['mine.replace']));
  await waitFor(() => expect(zendesk.values['ticket.comment.text']).toBe(`<p>${BETTER}</p>`));
});

test('who has typed on meanwhile loses nothing and is asked', async () => {
  const { zendesk } = await reworded();
  zendesk.values['ticket.comment.text'] = `${TYPED} and more`;
  await user.click(await button(en['mine.replace']));
  await screen.findByText(en['mine.changed']);
  expect(zendesk.values['ticket.comment.text']).toBe(`${TYPED} and more`);
  await user.click(await button(en['mine.anyway']));
  await waitFor(() => expect(zendesk.values['ticket.comment.text']).toBe(BETTER));
});

test('a rewording that Zendesk does not take is kept for copying, and the own words stay', async () => {
  const { zendesk } = await reworded();
  zendesk.refuses.add('ticket.comment.text');
  await user.click(await button(en['mine.replace']));
  expect((await screen.findByLabelText<HTMLTextAreaElement>(en['draft.copy.label'])).value).toBe(BETTER);
  expect(zendesk.values['ticket.comment.text']).toBe(TYPED);
});

test.each([
  ['', en['mine.empty']],
  [undefined, en['mine.silent']],
])('a reply of %j is told as it is', async (typed, said) => {
  const zendesk = new FakeZendesk();
  if (typed !== undefined) zendesk.values['ticket.comment.text'] = typed;
  open({ zendesk });
  await user.click(await button(en['mine.start']));
  await screen.findByText(said);
});

test('the own text goes to a supervisor as it stands', async () => {
  const { web } = await reworded();
  const ways = await screen.findAllByRole('button', { name: en['request.ask'] });
  await user.click(ways.at(-1)!);
  await waitFor(() => expect(web.posts('/request')).toEqual([{ text: BETTER, draft: null }]));
});
