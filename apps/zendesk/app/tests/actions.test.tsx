import { within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, test } from 'vitest';
import type { Doing } from '../src/api/doing';
import en from '../translations/en.json';
import { open, unfold } from './app';
import { doable, FakeWeb, refusal, run, ticketView } from './web';

const user = userEvent.setup();
const CREDIT = 'Give a goodwill credit';
const FITS = en['act.fits'];

function web(more: Partial<FakeWeb> = {}): FakeWeb {
  return Object.assign(new FakeWeb(ticketView()), { doable: [doable()] }, more);
}

async function opened(made: FakeWeb) {
  open({ web: made });
  return within(await unfold(en['act.title']));
}

const wishes = (made: FakeWeb) => made.posts('/run') as Doing[];

test('nothing is asked of the systems before somebody opens it', async () => {
  const made = web();
  const part = await opened(made);
  await part.findByRole('button', { name: CREDIT });
  expect(made.calls.filter(({ path }) => path.endsWith('/actions'))).toHaveLength(1);
});

test('what is shown is what is asked for, by one click', async () => {
  const made = web();
  const part = await opened(made);
  await user.click(await part.findByRole('button', { name: CREDIT }));
  expect(part.getByLabelText<HTMLInputElement>('Amount (optional)').value).toBe('5.00');
  expect(part.getByText(en['act.changes'])).toBeTruthy();
  made.runs = [run({ state: 'ready', settled_at: null, undo: null })];
  await user.click(part.getByRole('button', { name: en['act.do'] }));
  expect(await part.findByText(en['act.state.ready'])).toBeTruthy();
  const [wish] = wishes(made);
  expect(wish).toMatchObject({ input: { amount: '5.00', reason: 'goodwill' }, digest: 'digest-1', seen: false });
  expect(wish?.click).toMatch(/^[\w-]{8,64}$/);
  expect(document.activeElement).toBe(part.getByRole('button', { name: CREDIT }));
});

test('what is changed in the form is looked at anew before it can be done', async () => {
  const made = web({ examined: doable({ digest: 'digest-2', approver: 'supervisor' }) });
  const part = await opened(made);
  await user.click(await part.findByRole('button', { name: CREDIT }));
  await user.clear(part.getByLabelText('Amount (optional)'));
  await user.type(part.getByLabelText('Amount (optional)'), '12');
  expect(part.queryByRole('button', { name: en['act.do'] })).toBeNull();
  await user.click(part.getByRole('button', { name: en['act.look'] }));
  expect(await part.findByText(en['act.approver.supervisor'])).toBeTruthy();
  await user.click(part.getByRole('button', { name: en['act.ask'] }));
  expect(wishes(made)[0]).toMatchObject({ input: { amount: '12' }, digest: 'digest-2' });
});

test('what speaks against the form is said under it', async () => {
  const why = 'more than 20 at once';
  const part = await opened(web({ examined: doable({ digest: null, possible: false, why }), doable: [doable({ digest: null })] }));
  await user.click(await part.findByRole('button', { name: CREDIT }));
  await user.click(part.getByRole('button', { name: en['act.look'] }));
  expect(await part.findByText(why)).toBeTruthy();
  expect(part.queryByRole('button', { name: en['act.do'] })).toBeNull();
});

test('a refusal says in the server’s words that nothing was done, and the same click is sent again', async () => {
  const made = web();
  const stale = 'The record is not as it was shown any more. Nothing was done.';
  made.refusals.push(refusal(409, 'invalid', stale));
  const part = await opened(made);
  await user.click(await part.findByRole('button', { name: CREDIT }));
  await user.click(part.getByRole('button', { name: en['act.do'] }));
  expect((await part.findByRole('alert')).textContent).toContain(stale);
  await user.click(part.getByRole('button', { name: en['act.do'] }));
  const [first, second] = wishes(made);
  expect(first?.click).toBe(second?.click);
});

test('where a picture has to be seen the agent says so first', async () => {
  const made = web({ doable: [doable({ picture: 'damage to the item' })] });
  const part = await opened(made);
  await user.click(await part.findByRole('button', { name: CREDIT }));
  const go = part.getByRole<HTMLButtonElement>('button', { name: en['act.do'] });
  expect(go.disabled).toBe(true);
  await user.click(part.getByRole('checkbox', { name: /damage to the item/ }));
  await user.click(go);
  expect(wishes(made)[0]?.seen).toBe(true);
});

test('what cannot be done is folded, each with why', async () => {
  const not = doable({ name: 'unlock', says: 'Unlock the account', possible: false, why: 'The account is not locked' });
  const part = await opened(web({ doable: [doable({ fits: true }), not] }));
  expect(await part.findByText(FITS)).toBeTruthy();
  const more = part.getByRole('button', { name: 'Why 1 others cannot be done' });
  expect(part.getByText('The account is not locked').closest('ul')?.hidden).toBe(true);
  await user.click(more);
  expect(part.getByText('The account is not locked').closest('ul')?.hidden).toBe(false);
});

test('what was done is taken back after one more question', async () => {
  const made = web({ runs: [run()] });
  const part = await opened(made);
  await user.click(await part.findByRole('button', { name: en['act.undo'] }));
  expect(part.getByText(/Take a goodwill credit back/)).toBeTruthy();
  made.runs = [run({ id: 'ac_2', undoes: 'ac_1', undo: null }), run({ undone: true, undo: null })];
  await user.click(part.getByRole('button', { name: en['act.undo.yes'] }));
  expect(await part.findByText(en['act.state.undone'])).toBeTruthy();
  expect(made.posts('/runs/ac_1/undo')).toEqual([{}]);
});

test('what nobody knows the end of is said so', async () => {
  const part = await opened(web({ runs: [run({ state: 'unclear', why: 'the system said yes', undo: null })] }));
  expect(await part.findByText('the system said yes')).toBeTruthy();
  expect(part.getByText(en['act.unclear'])).toBeTruthy();
});

test('what diagnostics found is there to be read', async () => {
  const found = ['10:00:01 Larkfield Hub serial [serial] ERROR no answer'];
  const part = await opened(web({ runs: [run({ says: 'Take diagnostics', changes: [], undo: null, found })] }));
  expect(await part.findByText(en['act.found'])).toBeTruthy();
  expect(part.getByText(found[0]!)).toBeTruthy();
});

test('the keyboard alone opens, fills, shows and cancels', async () => {
  const part = await opened(web({ doable: [doable({ digest: null })] }));
  (await part.findByRole('button', { name: CREDIT })).focus();
  await user.keyboard('{Enter}');
  expect(document.activeElement).toBe(part.getByLabelText('Amount (optional)'));
  await user.keyboard('{Enter}');
  await part.findByRole('button', { name: en['act.do'] });
  part.getByRole('button', { name: en['action.cancel'] }).focus();
  await user.keyboard('{Enter}');
  expect(document.activeElement).toBe(part.getByRole('button', { name: CREDIT }));
});

test('systems that cannot be asked are said so, and asked again', async () => {
  const made = web({ doable: refusal(503, 'unavailable') });
  const part = await opened(made);
  expect(await part.findByRole('alert')).toBeTruthy();
  made.doable = [];
  await user.click(part.getByRole('button', { name: en['problem.retry'] }));
  expect(await part.findByText(en['act.nothing'])).toBeTruthy();
});
