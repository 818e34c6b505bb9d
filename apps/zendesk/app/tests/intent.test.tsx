import { screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import axe from 'axe-core';
import { expect, test } from 'vitest';
import en from '../translations/en.json';
import { open, unfold } from './app';
import { FakeWeb, refusal, ticketView } from './web';

const user = userEvent.setup();
const card = async () => within(await unfold(en['need.title']));

function knowing() {
  const web = new FakeWeb(ticketView());
  web.intents = [
    { value: 'return', label: 'Return a device' },
    { value: 'where_is_it', label: 'Where is my order' },
  ];
  return open({ web });
}

async function asked() {
  const need = await card();
  await user.click(need.getByRole('button', { name: en['need.other'] }));
  return { need, select: await need.findByRole('combobox', { name: en['need.other.label'] }) };
}

const corrections = (web: FakeWeb) => web.calls.filter(({ method, path }) => method === 'POST' && path.endsWith('/tickets/42/intent'));

test('the agent chooses what the customer really wanted, among all the others', async () => {
  const { web } = knowing();
  const { need, select } = await asked();
  const offered = within(select).getAllByRole('option').map(({ textContent }) => textContent);
  expect(offered).toEqual([en['need.other.choose'], 'Where is my order', en['need.other.none']]);
  await user.selectOptions(select, 'Where is my order');
  await user.click(need.getByRole('button', { name: en['need.other.send'] }));
  expect(await need.findByText(en['need.other.thanks'])).toBeTruthy();
  expect(corrections(web).map(({ body }) => body)).toEqual([{ intent: 'where_is_it', decision: ticketView().decision!.id }]);
});

test('a message may be about none of the matters', async () => {
  const { web } = knowing();
  const { need, select } = await asked();
  await user.selectOptions(select, en['need.other.none']);
  await user.click(need.getByRole('button', { name: en['need.other.send'] }));
  await need.findByText(en['need.other.thanks']);
  expect(corrections(web).map(({ body }) => body)).toEqual([{ intent: 'out_of_scope', decision: ticketView().decision!.id }]);
});

test('nothing is sent before something is chosen, and the agent may leave it', async () => {
  const { web } = knowing();
  const { need } = await asked();
  expect(need.getByRole('button', { name: en['need.other.send'] })).toHaveProperty('disabled', true);
  await user.click(need.getByRole('button', { name: en['action.cancel'] }));
  expect(need.queryByRole('combobox')).toBeNull();
  expect(corrections(web)).toEqual([]);
});

test('a correction that was refused is said, and the choice stays', async () => {
  const { web } = knowing();
  const { need, select } = await asked();
  await user.selectOptions(select, 'Where is my order');
  web.refusals.push(refusal(400, 'invalid', 'the customer has not written anything in this ticket'));
  await user.click(need.getByRole('button', { name: en['need.other.send'] }));
  expect(await need.findByRole('alert')).toBeTruthy();
  expect(select).toHaveProperty('value', 'where_is_it');
});

test('the choice can be used without seeing it', async () => {
  knowing();
  await asked();
  const found = await axe.run(screen.getByRole('region', { name: en['need.title'] }), { rules: { 'color-contrast': { enabled: false } } });
  expect(found.violations.map(({ id }) => id)).toEqual([]);
});
