import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, test } from 'vitest';
import en from '../translations/en.json';
import { open } from './app';
import { asked, FakeWeb, refusal, ticketView } from './web';
import { FakeZendesk } from './zendesk';

const user = userEvent.setup();
const button = (name: string | RegExp) => screen.findByRole('button', { name });
const card = async () => within(await screen.findByRole('region', { name: en['request.title'] }));

function standing(more: Parameters<typeof asked>[0]): FakeWeb {
  const web = new FakeWeb(ticketView());
  web.request = asked(more);
  return web;
}

test('one click asks about the draft, and the card says where and how long', async () => {
  const { web } = open();
  await user.click((await screen.findAllByRole('button', { name: en['request.ask'] }))[0]!);
  expect((await card()).getByText(/Asked in #care-approvals\. It stands for 3 h/)).toBeTruthy();
  expect(web.posts('/request')).toEqual([{ text: ticketView().draft!.body, draft: 'd1' }]);
});

test('an edited text is what is asked about', async () => {
  const { web } = open();
  await user.click(await button(en['draft.edit']));
  const area = screen.getByLabelText(en['draft.edit.label']);
  await user.clear(area);
  await user.type(area, 'We refund it.');
  await user.click((await screen.findAllByRole('button', { name: en['request.ask'] }))[0]!);
  await card();
  expect(web.posts('/request')).toEqual([{ text: 'We refund it.', draft: 'd1' }]);
});

test('a refused question keeps the text and says why', async () => {
  const { web } = open();
  await user.click(await button(en['draft.edit']));
  const area = screen.getByLabelText<HTMLTextAreaElement>(en['draft.edit.label']);
  await user.clear(area);
  await user.type(area, 'We refund it.');
  web.refusals.push(refusal(503, 'unavailable'));
  await user.click((await screen.findAllByRole('button', { name: en['request.ask'] }))[0]!);
  await screen.findByRole('alert');
  expect(area.value).toBe('We refund it.');
});

test('the word comes without reloading, and exactly the approved text goes in, once', async () => {
  const web = standing({});
  const { zendesk } = open({ web });
  await card();
  web.request = asked({ state: 'approved', decided_by: 'Priya Nair' });
  await user.click(await button(en['request.insert']));
  await waitFor(() => expect(zendesk.calls('ticket.editor.insert')).toEqual([[asked().text]]));
  await (await card()).findByText(/as Priya Nair approved it/);
  expect(web.posts('/drafts/d1/inserted')).toMatchObject([{ text: asked().text, source: 'approved', ref: 'rq1' }]);
  expect(screen.queryByRole('button', { name: en['request.insert'] })).toBeNull();
}, 15_000);

test('an approval that is void by now puts nothing in', async () => {
  const web = standing({ state: 'approved', decided_by: 'Priya Nair' });
  web.granted = false;
  const { zendesk } = open({ web });
  await user.click(await button(en['request.insert']));
  await screen.findByText(en['request.gone']);
  expect(zendesk.calls('ticket.editor.insert')).toEqual([]);
});

test('an approved text from an internal article goes in only after that was read and confirmed', async () => {
  const web = standing({ state: 'approved', internal: [{ article_id: 'ar_9', title: 'Refund limits' }] });
  const { zendesk } = open({ web });
  await user.click(await button(en['request.insert']));
  const warning = within(await screen.findByRole('alertdialog'));
  expect(warning.getByText(/Refund limits/)).toBeTruthy();
  expect([zendesk.calls('ticket.editor.insert'), web.posts('/use')]).toEqual([[], []]);
  await user.click(warning.getByRole('button', { name: en['internal.warning.cancel'] }));
  await user.click(await button(en['request.insert']));
  await user.click(await button(en['internal.warning.confirm']));
  await waitFor(() => expect(zendesk.calls('ticket.editor.insert')).toHaveLength(1));
  await waitFor(() => expect(web.posts('/inserted')).toMatchObject([{ source: 'approved', confirmed: ['ar_9'] }]));
}, 15_000);

test('an approved text that Zendesk does not take is kept for copying', async () => {
  const zendesk = new FakeZendesk();
  zendesk.refuses.add('ticket.editor.insert').add('ticket.comment.appendText').add('ticket.comment.text');
  open({ zendesk, web: standing({ state: 'approved' }) });
  await user.click(await button(en['request.insert']));
  expect((await screen.findByLabelText<HTMLTextAreaElement>(en['draft.copy.label'])).value).toBe(asked().text);
});

test('a rejection comes with its reason and the text to change', async () => {
  const web = standing({ state: 'rejected', decided_by: 'Priya Nair', reason: 'No exceptions.' });
  open({ web });
  expect((await card()).getByText(/No exceptions/)).toBeTruthy();
  await user.click(await button(en['request.change']));
  await user.type(screen.getByLabelText(en['draft.edit.label']), ' After all.');
  await user.click((await card()).getByRole('button', { name: en['request.ask'] }));
  await (await card()).findByText(/Asked in/);
  expect(web.posts('/request')).toEqual([{ text: `${asked().text} After all.`, draft: 'd1' }]);
});

test.each(['expired', 'used'] as const)('%s is told and can be hidden', async (state) => {
  open({ web: standing({ state, decided_by: 'Priya Nair' }) });
  await user.click((await card()).getByRole('button', { name: en['request.hide'] }));
  expect(screen.queryByRole('region', { name: en['request.title'] })).toBeNull();
});

test('an approval that the customer has overtaken offers no insertion', async () => {
  open({ web: standing({ state: 'approved', outdated: true }) });
  expect((await card()).getByText(en['request.outdated'])).toBeTruthy();
  expect(screen.queryByRole('button', { name: en['request.insert'] })).toBeNull();
});

test('a question is taken back', async () => {
  const web = standing({});
  open({ web });
  await user.click(await button(en['request.withdraw']));
  await waitFor(() => expect(screen.queryByRole('region', { name: en['request.title'] })).toBeNull());
  expect(web.posts('/request/rq1/withdraw')).toEqual([{}]);
});
