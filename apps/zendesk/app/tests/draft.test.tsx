import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, test } from 'vitest';
import type { Inserted, SourceInPlace } from '../src/api/types';
import en from '../translations/en.json';
import { open } from './app';
import { asked, cited, courtesy, FakeWeb, ticketView } from './web';
import { FakeZendesk } from './zendesk';

const user = userEvent.setup();
const button = (name: string | RegExp) => screen.findByRole('button', { name });
const draft = ticketView().draft!;
const noted = (web: FakeWeb) => web.posts('/inserted') as Inserted[];

function inside() {
  const limit = cited('Up to 40 pounds.', 'Keep the box.', 1, { audience: 'internal', article_id: 'limits', title: 'Refund limits' });
  const findings = [{ severity: 'block' as const, rule: 'internal', text: 'Rests on an internal article.' }];
  return ticketView({ draft: { ...draft, sentences: [courtesy('Hello Ana,'), limit], body: 'Hello Ana,\n\nUp to 40 pounds.', findings } });
}

// ------------------------------------------------------------ the personal note

test('a personal note goes in after the greeting, is told apart and is gone once it was inserted', async () => {
  const { zendesk, web } = open();
  await user.click(await button(en['note.add']));
  await user.type(screen.getByLabelText(en['note.label']), 'So sorry for the wait.');
  await user.click(await button(en['draft.insert']));
  await waitFor(() => expect(noted(web)).toHaveLength(1));
  expect(zendesk.calls('ticket.editor.insert')[0]?.[0]).toMatch(/^Hello Ana,\n\nSo sorry for the wait\.\n\nYou can/);
  expect(noted(web)[0]).toMatchObject({ source: 'draft', note: 'So sorry for the wait.' });
  expect(screen.getByLabelText<HTMLTextAreaElement>(en['note.label']).value).toBe('');
});

test('a note stays when the ticket is read again with another draft', async () => {
  const { zendesk, web } = open();
  await user.click(await button(en['note.add']));
  await user.type(screen.getByLabelText(en['note.label']), 'So sorry.');
  web.ticket = ticketView({ version: 2, draft: { ...draft, id: 'd2', language: 'de' } });
  zendesk.fire('ticket.conversation.changed');
  await screen.findByText('German');
  expect(screen.getByLabelText<HTMLTextAreaElement>(en['note.label']).value).toBe('So sorry.');
});

test('the note goes into an edited version too, once', async () => {
  const { zendesk } = open();
  await user.click(await button(en['note.add']));
  await user.type(screen.getByLabelText(en['note.label']), 'So sorry.');
  await user.click(await button(en['draft.edit']));
  const area = screen.getByLabelText<HTMLTextAreaElement>(en['draft.edit.label']);
  expect(area.value).toBe(draft.body);
  await user.type(area, ' Bye.');
  await user.click(await button(en['draft.insert.edited']));
  const text = `${draft.body} Bye.`.replace('Hello Ana,', 'Hello Ana,\n\nSo sorry.');
  await waitFor(() => expect(zendesk.calls('ticket.editor.insert')).toEqual([[text]]));
});

// ------------------------------------------------------------ sentences

test('a sentence that is left out does not go into the reply, and the web is told which', async () => {
  const { zendesk, web } = open();
  await user.click(await button(/The refund takes/));
  await user.click(await button(en['draft.sentence.leave']));
  await user.click(await button(en['draft.insert']));
  await waitFor(() => expect(noted(web)).toHaveLength(1));
  expect(zendesk.calls('ticket.editor.insert')).toEqual([['Hello Ana,\n\nYou can return it within 30 days.']]);
  expect(noted(web)[0]).toMatchObject({ source: 'edited', left_out: [2] });
});

test('a chosen sentence opens its source in the article with the quote marked', async () => {
  const web = new FakeWeb(ticketView());
  const place: SourceInPlace = {
    article_id: 'returns',
    title: 'Return a device',
    link: 'https://help.larkfield.example/returns',
    audience: 'public',
    updated_at: null,
    before: 'All about returns. ',
    quote: 'returned within 30 days',
    after: ' and not later.',
    changed: false,
  };
  web.source = place;
  open({ web });
  await user.click(await button(/You can return it/));
  const box = await screen.findByRole('group', { name: /Return a device, around/ });
  expect(box.textContent).toBe('All about returns. returned within 30 days and not later.');
  expect(box.querySelector('mark')?.textContent).toBe(place.quote);
  await user.hover(await button(/The refund takes/));
  const opened = web.calls.filter(({ path }) => path.endsWith('/source')).map(({ path }) => path);
  expect(opened).toEqual([expect.stringMatching(/\/drafts\/d1\/sentences\/1\/source$/)]);
  await user.click(await button(en['source.close']));
  expect(screen.queryByRole('group', { name: /Return a device, around/ })).toBeNull();
});

test('an article that has changed since is said to have', async () => {
  const web = new FakeWeb(ticketView());
  web.source = { ...asked(), article_id: 'r', title: 'R', link: '', audience: 'public', updated_at: null, before: '', quote: 'q', after: '', changed: true };
  open({ web });
  await user.click(await button(en['source.place']));
  await screen.findByText(en['source.changed']);
});

test('pointing at a quote lights the sentence that rests on it', async () => {
  open();
  const sentence = await button(/You can return it/);
  const quote = screen.getAllByText('returned within 30 days').find((node) => node.tagName === 'MARK')!;
  await user.hover(quote);
  expect(sentence.className).toContain('cited-active');
  await user.unhover(quote);
  expect(sentence.className).not.toContain('cited-active');
});

test('one pair of thumbs is asked with, whatever is marked; a thumb down asks what is meant', async () => {
  const { web } = open();
  const rating = within(await screen.findByRole('group', { name: en['rating.draft'] }));
  expect(screen.getAllByRole('button', { name: en['rating.down'] })).toHaveLength(1);
  await user.click(rating.getByRole('button', { name: en['rating.down'] }));
  const meant = rating.getByRole<HTMLSelectElement>('combobox', { name: en['rating.about'] });
  const names = [...meant.options].map(({ text }) => text);
  expect(names[0]).toBe(en['rating.about.draft']);
  // A greeting states nothing that could be wrong, and an article stands once.
  expect(names.filter((name) => name.startsWith('Sentence'))).toEqual([expect.stringMatching(/^Sentence 2: /), expect.stringMatching(/^Sentence 3: /)]);
  expect(names.filter((name) => name.startsWith('Source'))).toHaveLength(1);
  await user.selectOptions(meant, names.at(-1)!);
  await user.click(rating.getByRole('button', { name: en['rating.reason.not_this_case'] }));
  await user.click(rating.getByRole('button', { name: en['rating.send'] }));
  await rating.findByText(en['rating.thanks']);
  expect(web.posts('/rating')).toEqual([
    { thumb: 'down', reasons: ['not_this_case'], reason: '', sentence: null, source: 'returns' },
  ]);
});

test('a marked sentence is what the thumbs are about', async () => {
  const { web } = open();
  await user.click(await button(/You can return it/));
  const rating = within(screen.getByRole('group', { name: 'Sentence 2' }));
  await user.click(rating.getByRole('button', { name: en['rating.up'] }));
  await rating.findByText(en['rating.thanks']);
  expect(web.posts('/rating')).toEqual([{ thumb: 'up', reasons: [], reason: '', sentence: 1, source: null }]);
  await user.click(await button(/You can return it/));
  expect(within(screen.getByRole('group', { name: en['rating.draft'] })).queryByText(en['rating.thanks'])).toBeNull();
});

// ------------------------------------------------------------ internal sources

test('words of an internal article go in only after a warning, whose confirmation is kept', async () => {
  const { zendesk, web } = open({ ticket: inside() });
  await user.click(await button(en['draft.insert']));
  const warning = within(await screen.findByRole('alertdialog'));
  expect(warning.getByText(/Refund limits/)).toBeTruthy();
  expect(document.activeElement?.textContent).toBe(en['internal.warning.cancel']);
  expect(zendesk.calls('ticket.editor.insert')).toEqual([]);
  await user.click(warning.getByRole('button', { name: en['internal.warning.confirm'] }));
  await waitFor(() => expect(noted(web)).toHaveLength(1));
  expect(noted(web)[0]).toMatchObject({ confirmed: ['limits'] });
});

test('an edited version of an internal draft is warned of too, and no is no', async () => {
  const { zendesk } = open({ ticket: inside() });
  await user.click(await button(en['draft.edit']));
  await user.type(screen.getByLabelText(en['draft.edit.label']), ' Bye');
  await user.click(await button(en['draft.insert.edited']));
  await user.keyboard('{Escape}');
  await screen.findByLabelText(en['draft.edit.label']);
  expect(zendesk.calls('ticket.editor.insert')).toEqual([]);
});

// ------------------------------------------------------------ what is typed is kept

test('what was copied by hand is told to the web as that', async () => {
  const zendesk = new FakeZendesk();
  zendesk.refuses.add('ticket.editor.insert').add('ticket.comment.appendText').add('ticket.comment.text');
  const { web } = open({ zendesk });
  await user.click(await button(en['draft.insert']));
  await screen.findByLabelText(en['draft.copy.label']);
  expect(noted(web)).toEqual([]);
  await user.click(await button(en['draft.copy']));
  await waitFor(() => expect(noted(web)).toMatchObject([{ text: draft.body, copied: true }]));
});

test('an edited text comes back when the sidebar is opened again', async () => {
  const { page } = open();
  await user.click(await button(en['draft.edit']));
  await user.type(screen.getByLabelText(en['draft.edit.label']), ' and mine');
  page.unmount();
  open();
  expect((await screen.findByLabelText<HTMLTextAreaElement>(en['draft.edit.label'])).value).toMatch(/and mine$/);
});

// ------------------------------------------------------------ your reply

test('the reply is told with what was inserted, the note and the approval', async () => {
  const adoption = { state: 'edited' as const, distance: 9, similarity: 0.8, inserted: 1, sources: ['approved' as const], note: true, approved: 0 };
  open({ ticket: ticketView({ draft: null, adoption }) });
  const card = within(await screen.findByRole('region', { name: en['adoption.title'] }));
  for (const said of [/^9 words differ/, en['adoption.inserted.one'], /the approved text/, en['adoption.note'], en['adoption.approved.same']]) {
    expect(card.getByText(said)).toBeTruthy();
  }
});

test('a reply without a draft tells only where it is from', async () => {
  const adoption = { state: 'used' as const, distance: null, similarity: 1, inserted: 0, sources: ['macro' as const], note: false, approved: null };
  open({ ticket: ticketView({ draft: null, adoption }) });
  const card = within(await screen.findByRole('region', { name: en['adoption.title'] }));
  expect(card.getByText(/a macro/)).toBeTruthy();
  expect(card.queryByText(en['adoption.used'])).toBeNull();
});
