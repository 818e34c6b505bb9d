import { screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import axe from 'axe-core';
import { expect, test } from 'vitest';
import en from '../translations/en.json';
import { open } from './app';
import { FakeWeb, reasons, refusal, ticketView } from './web';

const user = userEvent.setup();

async function asked(web: Partial<FakeWeb>) {
  const opened = open({ web: Object.assign(new FakeWeb(ticketView()), web) });
  await user.click(await screen.findByRole('button', { name: en['why.title'] }));
  return { ...opened, card: within(await screen.findByRole('region', { name: en['why.title'] })) };
}

test('the plain reason comes first and the line of the policy after it', async () => {
  const line = { path: 'triggers.fraud', number: 52, text: 'fraud: {group: Specialists}' };
  const { card } = await asked({ why: reasons({ policy: { version: '7', in_force: true, by: 'Priya Nair', at: '2026-11-01T09:00:00Z', line } }) });
  expect(await card.findByText('fraud: {group: Specialists}')).toBeTruthy();
  expect(card.getByText('triggers.fraud, line 52')).toBeTruthy();
  expect(card.getByText(/Put in force by Priya Nair/)).toBeTruthy();
  const plain = card.getByText('The articles cover the question.');
  expect(plain.compareDocumentPosition(card.getByText('triggers.fraud, line 52'))).toBe(Node.DOCUMENT_POSITION_FOLLOWING);
});

test('what was read and what else it could have been stand with their figures and words', async () => {
  const [first] = reasons().intents;
  const other = { value: 'warranty', label: 'Warranty', confidence: 0.2, evidence: [], made_by: 'encoder' };
  const { card } = await asked({ why: reasons({ intents: [...(first ? [first] : []), other] }) });
  expect(await card.findByText('Warranty')).toBeTruthy();
  expect(card.getByText('20%')).toBeTruthy();
  expect(card.getAllByText('send it back').length).toBeGreaterThan(0);
});

test('who could have taken it is told, and why they did not', async () => {
  const agents = [
    { agent: 'Aisha Rahman', chosen: true, points: 3, passed: null, grounds: [{ words: 'knows faults', points: 3 }] },
    { agent: 'Jonas Weber', chosen: false, points: 0, passed: 'not at work', grounds: [] },
  ];
  const { card } = await asked({ why: reasons({ agents }) });
  expect(await card.findByText('3 points · knows faults')).toBeTruthy();
  expect(card.getByText('not at work')).toBeTruthy();
});

test('the model is named with its prompt and what it cost', async () => {
  const cost = { model: 'light-1', tier: 'light', tokens: 1000, amount: 0.0002, currency: 'USD' };
  const costs = [cost, { ...cost, model: 'strong-1', amount: 0.005 }];
  const { card } = await asked({ why: reasons({ model: 'light-1', prompt_hash: 'abc123', costs }) });
  expect(await card.findByText('abc123')).toBeTruthy();
  expect(card.getByText(/0\.0002 for 1,000 tokens \(light-1\)/)).toBeTruthy();
  expect(card.getByText(/0\.005 for 1,000 tokens \(strong-1\)/)).toBeTruthy();
  expect(card.getByText(en['why.cost.none'])).toBeTruthy();
});

test('where decisions are traced the trace is one click away, and no other address is', async () => {
  const { card } = await asked({ why: reasons({ trace_url: 'https://traces.example/t/4bf92f' }) });
  const link = await card.findByRole('link', { name: en['why.trace.open'] });
  expect(link.getAttribute('href')).toBe('https://traces.example/t/4bf92f');
});

test.each([null, '', 'javascript:alert(1)'])('without one there is no link (%s)', async (trace_url) => {
  const { card } = await asked({ why: reasons({ trace_url, prompt_hash: 'abc123' }) });
  expect(await card.findByText('abc123')).toBeTruthy();
  expect(card.queryByRole('link', { name: en['why.trace.open'] })).toBeNull();
});

test('nothing is asked for before somebody wants to know, and a failure leaves what is known', async () => {
  const { card, web } = await asked({ why: refusal(503, 'unavailable') });
  expect(await card.findByRole('alert')).toBeTruthy();
  expect(card.getByText('tier1.returns')).toBeTruthy();
  expect(web.calls.filter(({ path }) => path.endsWith('/why'))).toHaveLength(1);
});

test('the opened decision can be used without seeing it', async () => {
  const { card, page } = await asked({});
  await card.findByText(en['why.read']);
  const found = await axe.run(page.container, { rules: { 'color-contrast': { enabled: false } } });
  expect(found.violations.map(({ id }) => id)).toEqual([]);
});
