import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, test } from 'vitest';
import { linesOf } from '../src/api/lines';
import en from '../translations/en.json';
import { open } from './app';
import { cited, courtesy, FakeWeb, ticketView } from './web';

const user = userEvent.setup();
const button = (name: string | RegExp) => screen.findByRole('button', { name });

function withModel(): FakeWeb {
  const web = new FakeWeb(ticketView());
  web.unavailable = '';
  return web;
}

async function editing(web: FakeWeb) {
  const opened = open({ web });
  await user.click(await button(en['draft.edit']));
  const area = screen.getByLabelText<HTMLTextAreaElement>(en['draft.edit.label']);
  await user.clear(area);
  await user.type(area, 'You get 5 pounds.');
  return { ...opened, area };
}

test('without a language model there are no tools that could do nothing; the check needs none', async () => {
  const web = new FakeWeb(ticketView());
  await editing(web);
  expect(await button(en['write.check'])).toHaveProperty('disabled', false);
  expect(screen.queryByRole('button', { name: en['write.friendlier'] })).toBeNull();
  expect(screen.queryByRole('button', { name: /^To / })).toBeNull();
  expect(screen.queryByRole('button', { name: en['live.start'] })).toBeNull();
});

test('without a language model a text is made shorter by rules: what is left out is shown, and comes back', async () => {
  const web = new FakeWeb(ticketView());
  const differences = [{ before: 'Thank you for your message.', after: '' }];
  web.rewritten = { text: '5 pounds.', changed: true, reason: '', caution: '', by_rules: true, differences };
  const { area } = await editing(web);
  await user.click(await button(en['write.shorter']));
  await screen.findByText(en['write.rules.shorter']);
  expect(screen.getByText('Thank you for your message.').tagName).toBe('DEL');
  expect(area.value).toBe('5 pounds.');
  await user.click(await button(en['write.undo']));
  expect(area.value).toBe('You get 5 pounds.');
  expect(screen.queryByText('Thank you for your message.')).toBeNull();
});

test('what rules put right is shown as it was and as it is; where nothing is certain that is said', async () => {
  const web = new FakeWeb(ticketView());
  const differences = [{ before: 'its a', after: "it's a" }];
  web.rewritten = { text: "It's 5 pounds.", changed: true, reason: '', caution: '', by_rules: true, differences };
  await editing(web);
  await user.click(await button(en['write.grammar']));
  expect((await screen.findByText("it's a")).tagName).toBe('INS');
  web.rewritten = { text: "It's 5 pounds.", changed: false, reason: 'None.', caution: '', by_rules: true, differences: [] };
  await user.click(await button(en['write.grammar']));
  await screen.findByText(en['write.rules.nothing']);
  expect(screen.queryByText("it's a")).toBeNull();
});

test('a rewording takes the place of the text and can be undone', async () => {
  const web = withModel();
  web.rewritten = { text: 'Here are your 5 pounds.', changed: true, reason: '', caution: '' };
  const { area } = await editing(web);
  await waitFor(async () => expect(await button(en['write.friendlier'])).toHaveProperty('disabled', false));
  await user.click(await button(en['write.friendlier']));
  await waitFor(() => expect(area.value).toBe('Here are your 5 pounds.'));
  expect(web.posts('/rewrite')).toEqual([{ text: 'You get 5 pounds.', revision: 'friendlier', to: '' }]);
  await user.click(await button(en['write.undo']));
  expect(area.value).toBe('You get 5 pounds.');
});

test('a translation comes with the warning to compare it, which goes when it is undone', async () => {
  const web = withModel();
  web.rewritten = { text: 'Sie bekommen 5 Pfund.', changed: true, reason: '', caution: 'Compare the wording.' };
  const { area } = await editing(web);
  const translate = await button(/^To /);
  await waitFor(() => expect(translate).toHaveProperty('disabled', false));
  await user.click(translate);
  const warning = await screen.findByText(en['write.caution']);
  expect(warning.closest('[role="status"]')).toBeTruthy();
  expect(screen.queryByText(en['write.changed'])).toBeNull();
  expect(area.value).toBe('Sie bekommen 5 Pfund.');
  await user.click(await button(en['write.undo']));
  expect(screen.queryByText(en['write.caution'])).toBeNull();
});

test('a rewording that would change a fact leaves the text and gives the reason', async () => {
  const web = withModel();
  web.rewritten = { text: 'You get 5 pounds.', changed: false, reason: 'The revision loses number 5.', caution: '' };
  const { area } = await editing(web);
  await waitFor(async () => expect(await button(en['write.shorter'])).toHaveProperty('disabled', false));
  await user.click(await button(en['write.shorter']));
  await screen.findByText('The revision loses number 5.');
  expect(area.value).toBe('You get 5 pounds.');
});

test('the own text is checked, and what was found comes with a remedy', async () => {
  const web = new FakeWeb(ticketView());
  web.review = [{ severity: 'warn', rule: 'shouting', text: 'Written in capitals.', remedy: 'Use small letters.' }];
  await editing(web);
  await user.click(await button(en['write.check']));
  await screen.findByText('Written in capitals.');
  expect(screen.getByText(/Use small letters/)).toBeTruthy();
  expect(web.posts('/review')).toEqual([{ text: 'You get 5 pounds.' }]);
});

test('a live draft grows sentence by sentence and can be inserted when it is done', async () => {
  const web = withModel();
  const sentence = cited('Return it within 30 days.', 'returned within 30 days', 1);
  const draft = { ...ticketView().draft!, id: 'live', composer: 'model', body: 'Hello Ana,\n\nReturn it within 30 days.' };
  web.live = [
    { event: 'sentence', sentence },
    { event: 'struck', text: 'It takes 2 days.', reason: 'number 2' },
    { event: 'done', abstained: null, draft: { ...draft, sentences: [courtesy('Hello Ana,'), sentence], struck: [{ text: 'It takes 2 days.', reason: 'number 2' }] } },
  ];
  const { zendesk } = open({ web });
  await user.click(await button(en['live.start']));
  const card = within(await screen.findByRole('region', { name: en['live.title'] }));
  expect((await card.findByText('It takes 2 days.')).tagName).toBe('DEL');
  await user.click(await card.findByRole('button', { name: en['draft.insert'] }));
  await waitFor(() => expect(zendesk.calls('ticket.editor.insert')).toEqual([[draft.body]]));
});

test('when the model does not stand its sentences vanish and the reason is said', async () => {
  const web = withModel();
  web.live = [
    { event: 'sentence', sentence: cited('It takes 2 days.', 'returned within 30 days', 1) },
    { event: 'replaced', reason: 'The model stopped in the middle.' },
    { event: 'done', abstained: null, draft: ticketView().draft },
  ];
  open({ web });
  await user.click(await button(en['live.start']));
  const card = within(await screen.findByRole('region', { name: en['live.title'] }));
  await card.findByText(/The model stopped in the middle/);
  expect(card.queryByText(/It takes 2 days/)).toBeNull();
});

test('lines are read as they arrive, however they are cut', async () => {
  const bytes = new TextEncoder().encode('{"a":"é"}\n\n{"b":2}\n{"c":3}');
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const byte of bytes) controller.enqueue(new Uint8Array([byte]));
      controller.close();
    },
  });
  const lines: string[] = [];
  for await (const line of linesOf(body)) lines.push(line);
  expect(lines).toEqual(['{"a":"é"}', '{"b":2}', '{"c":3}']);
});
