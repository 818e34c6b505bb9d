import { screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import axe from 'axe-core';
import { expect, test } from 'vitest';
import type { Scenario } from '../src/api/types';
import en from '../translations/en.json';
import { open } from './app';
import { FakeWeb, refusal, ticketView } from './web';

const user = userEvent.setup();
/** The app over an order system that knows these. */
function offering(...scenarios: Scenario[]) {
  const web = new FakeWeb(ticketView());
  web.scenarios = scenarios;
  return open({ web });
}

const card = () => screen.findByRole('region', { name: en['offer.title'] });

function scenario(more: Partial<Scenario> = {}): Scenario {
  return {
    order: 'LK-1',
    rule: 'return',
    label: 'Refund on return',
    closed: '',
    supposes: '',
    source: 'How to return an item',
    amount: '53.99 GBP',
    steps: [
      { label: 'Items', amount: '49.00 GBP' },
      { label: 'Delivery', amount: '4.99 GBP' },
    ],
    approval: '',
    text: 'You can return order LK-1 until 2 May 2026. We refund £53.99.',
    ...more,
  };
}

test('the agent sees each way out with its sum and how it comes about', async () => {
  const { web } = offering(scenario({ approval: 'above 50 GBP: ask the lead', supposes: 'it is faulty' }));
  const offers = within(await card());
  for (const said of ['Refund on return', '£53.99', '£49.00', '£4.99', 'Only if it is faulty']) {
    expect(offers.getByText(said)).toBeTruthy();
  }
  expect(offers.getByText(/ask the lead/)).toBeTruthy();
  expect(web.posts('/chosen')).toEqual([]);
});

test('taking one puts its words into the reply and notes the choice', async () => {
  const { zendesk, web } = offering(scenario());
  await user.click(within(await card()).getByRole('button', { name: en['offer.insert'] }));
  await screen.findByText(en['offer.inserted']);
  expect(zendesk.calls('ticket.editor.insert')).toEqual([[scenario().text]]);
  expect(web.calls.some(({ method, path }) => method === 'POST' && path.endsWith('/scenarios/LK-1/return/chosen'))).toBe(true);
});

test('what is not open stays folded, and says why when it is shown', async () => {
  const closed = 'delivered 31 days ago';
  offering(scenario(), scenario({ rule: 'late', label: 'Voucher', closed, text: '', amount: null }));
  const offers = within(await card());
  expect(offers.queryByText('Voucher')).toBeNull();
  await user.click(offers.getByRole('button', { name: 'Show 1 that are not open' }));
  expect(offers.getByText('Not open: delivered 31 days ago')).toBeTruthy();
  expect(offers.getAllByRole('button', { name: en['offer.insert'] })).toHaveLength(1);
});

test('without rules for the matter there is no card at all', async () => {
  open();
  await screen.findByRole('region', { name: en['draft.title'] });
  expect(screen.queryByRole('region', { name: en['offer.title'] })).toBeNull();
});

test('an order system that is away is said, and the draft is still there', async () => {
  const web = new FakeWeb(ticketView());
  web.scenarioFault = refusal(503, 'unavailable', 'the order system does not answer');
  open({ web });
  expect(within(await card()).getByRole('alert')).toBeTruthy();
  expect(await screen.findByRole('region', { name: en['draft.title'] })).toBeTruthy();
});

test('the card can be used without seeing it', async () => {
  offering(scenario({ approval: 'above 50 GBP: ask the lead' }));
  const found = await axe.run(await card(), { rules: { 'color-contrast': { enabled: false } } });
  expect(found.violations.map(({ id }) => id)).toEqual([]);
});
