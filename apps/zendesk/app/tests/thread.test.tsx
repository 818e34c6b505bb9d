import { screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, test } from 'vitest';
import en from '../translations/en.json';
import { open, unfold } from './app';
import { entry, FakeWeb, ticketView } from './web';

const user = userEvent.setup();
const card = async () => within(await unfold(en['timeline.title']));

function web(): FakeWeb {
  const timeline = [entry(1, { text: 'Der Hub geht seit dem 3. Mai nicht.' }), entry(2, { text: 'Wir sehen nach.' })];
  const made = new FakeWeb(ticketView({ timeline }));
  made.unavailable = '';
  return made;
}

test('a summary shows the words that each line rests on, and how many lines rested on nothing', async () => {
  const made = web();
  made.summary = {
    lines: [{ text: 'The hub stopped on 3 May.', message: '1', quote: 'geht seit dem 3. Mai nicht' }],
    struck: 2,
    unavailable: '',
  };
  open({ web: made });
  await user.click(await (await card()).findByRole('button', { name: en['thread.summarise'] }));
  const summary = within(await screen.findByRole('region', { name: en['thread.summary'] }));
  expect(summary.getByText('The hub stopped on 3 May.')).toBeTruthy();
  expect(summary.getByText('geht seit dem 3. Mai nicht')).toBeTruthy();
  expect(summary.getByText('Left out, because no message bears it out: 2')).toBeTruthy();
});

test('a foreign thread is read in the agent’s language, the original one click away', async () => {
  const made = web();
  made.translation = {
    messages: [{ message: '1', text: 'The hub has not worked since 4 May.', differs: 'without 05-03 and with 05-04' }],
    unavailable: '',
  };
  open({ web: made });
  const story = await card();
  await user.click(await story.findByRole('button', { name: en['thread.translate'] }));
  expect(await story.findByText('The hub has not worked since 4 May.')).toBeTruthy();
  expect(story.getByText('Not the same in both: without 05-03 and with 05-04')).toBeTruthy();
  expect(story.getByText('Wir sehen nach.')).toBeTruthy();
  await user.click(story.getByRole('button', { name: en['thread.original'] }));
  expect(story.getByText('Der Hub geht seit dem 3. Mai nicht.')).toBeTruthy();
  await user.click(story.getByRole('button', { name: en['thread.originals'] }));
  expect(story.queryByText('The hub has not worked since 4 May.')).toBeNull();
});

test('what cannot be done is said, and without a model nothing is offered', async () => {
  const made = web();
  made.summary = { lines: [], struck: 0, unavailable: 'The language model did not answer in time.' };
  const first = open({ web: made });
  await user.click(await (await card()).findByRole('button', { name: en['thread.summarise'] }));
  expect(await screen.findByText('The language model did not answer in time.')).toBeTruthy();
  first.page.unmount();
  open({ web: new FakeWeb(ticketView()) });
  await screen.findByRole('region', { name: en['timeline.title'] });
  expect(screen.queryByRole('button', { name: en['thread.summarise'] })).toBeNull();
});
