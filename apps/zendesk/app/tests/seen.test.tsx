import { screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, test } from 'vitest';
import en from '../translations/en.json';
import type { Procedure } from '../src/api/types';
import { open, unfold } from './app';
import { ticketView } from './web';

const user = userEvent.setup();
const LED: Procedure = {
  name: 'thermostat offline',
  outcome: 'person',
  rounds: 2,
  wants: ['refund, at most 60'],
  reason: '2 tries did not help.',
  steps: [
    { kind: 'ask', what: 'Which colour is the ring?', result: '' },
    { kind: 'answer', what: 'It is amber', result: 'amber' },
    { kind: 'branch', what: 'ring == amber', result: 'yes, on to internet' },
  ],
};

test('a procedure shows each step with what came of it, and what a person has to do', async () => {
  open({ ticket: ticketView({ procedure: LED }) });
  const card = within(await unfold('Procedure: thermostat offline'));
  expect(card.getAllByRole('listitem').map((item) => item.textContent)).toEqual([
    'Asked Which colour is the ring?',
    'Answer It is amber → amber',
    'Condition ring == amber → yes, on to internet',
  ]);
  expect(card.getByText('2 tries did not help.')).toBeTruthy();
  expect(card.getByText('refund, at most 60', { exact: false })).toBeTruthy();
});

test('emotions stand beside the mood, with the words that show them', async () => {
  const view = ticketView();
  const frustration = { value: 'frustration', label: 'Frustration', confidence: 0.82, evidence: ['third time'] };
  open({ ticket: { ...view, signals: { ...view.signals!, emotions: [frustration] } } });
  expect(await screen.findByText('Frustration')).toBeTruthy();
  expect(screen.getByText('third time')).toBeTruthy();
});

test('what a language model read stands with what the customer wants, and is not told twice', async () => {
  const view = ticketView();
  const seen = (name: string, label: string, evidence: string[] = []) => ({
    name, title: name.replace('_', ' '), label, amount: null, confidence: 0.75, evidence, records: [],
  });
  const facts = [
    seen('model_read', 'Read by small-1 as rewriter, assist'),
    seen('asked', 'How long does a refund take?', ['wie lang dauerts mit dem geld']),
    seen('asked', 'Where is my order?', ['wo bleibt es']),
    seen('readers_differ', 'Only reworded is it about refund status.'),
  ];
  open({ ticket: { ...view, signals: { ...view.signals!, facts } } });
  const question = await screen.findByText('How long does a refund take?');
  expect(question.getAttribute('title')).toBe('“wie lang dauerts mit dem geld”');
  expect(screen.getByText('Where is my order?')).toBeTruthy();
  expect(screen.getByText('Not read alike: Only reworded is it about refund status.')).toBeTruthy();
  await user.click(screen.getByRole('button', { name: en['why.title'] }));
  expect(await screen.findByText('Read by small-1 as rewriter, assist')).toBeTruthy();
  expect(screen.getAllByText('How long does a refund take?')).toHaveLength(1);
});

test('why shows what was seen, what stayed under its threshold, and what the model cost', async () => {
  const view = ticketView();
  const fact = {
    name: 'repeat_contact',
    title: 'repeat contact',
    label: 'Wrote about this before',
    amount: 2,
    confidence: 0.9,
    evidence: [],
    records: ['conversation:co-7'],
  };
  const decision = {
    ...view.decision!,
    tier: 2,
    considered: ['churn: 0.41 of 0.5'],
    cost: { amount: 0.0021, currency: 'USD', tokens: 3100 },
  };
  open({ ticket: { ...view, decision, signals: { ...view.signals!, facts: [fact] } } });
  await user.click(await screen.findByRole('button', { name: en['why.title'] }));
  expect(screen.getByText('churn: 0.41 of 0.5')).toBeTruthy();
  expect(screen.getByText(/0\.0021 for 3100 tokens/)).toBeTruthy();
  expect(screen.getByText('repeat contact').closest('li')?.textContent).toBe(
    'repeat contact Wrote about this before · 2',
  );
});
