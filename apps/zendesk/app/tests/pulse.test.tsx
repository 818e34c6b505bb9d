import { screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import axe from 'axe-core';
import { expect, test } from 'vitest';
import { SidebarApi } from '../src/api/client';
import type { TicketView } from '../src/api/types';
import en from '../translations/en.json';
import { open } from './app';
import { FakeWeb, refusal, ticketView } from './web';

const user = userEvent.setup();
const ANSWERED = ticketView({ draft: null, adoption: { state: 'used', distance: 0, similarity: 1 } });

/** A web that also keeps the weekly question. */
class AskingWeb extends FakeWeb {
  asked: unknown = { due: true, last: null };
  failing = false;
  readonly said: unknown[] = [];

  override api(): SidebarApi {
    const through = super.api();
    return Object.assign(through, {
      pulse: async () => this.asked,
      pulseDid: async (did: string, helps?: number) => {
        if (this.failing && did !== 'shown') throw await failed();
        this.said.push(helps === undefined ? did : [did, helps]);
      },
    });
  }
}

async function failed(): Promise<Error> {
  const api = new SidebarApi('t', async () => refusal(503, 'unavailable'), '/sidebar/api');
  return api.pulse().then(
    () => new Error('it was answered'),
    (error: Error) => error,
  );
}

function asking(ticket: TicketView = ANSWERED, asked?: unknown) {
  const web = new AskingWeb(ticket);
  if (asked) web.asked = asked;
  return { web, opened: open({ web }) };
}

const question = () => screen.findByRole('region', { name: en['pulse.question'] });

test('an agent who has answered is asked, and answers with one click', async () => {
  const { web } = asking();
  await question();
  await user.click(screen.getByRole('button', { name: '4' }));
  expect(await screen.findByText(en['pulse.thanks'])).toBeTruthy();
  expect(screen.queryByRole('region', { name: en['pulse.question'] })).toBeNull();
  expect(web.said).toEqual(['shown', ['answered', 4]]);
});

test('who answered hears what the week before came to', async () => {
  asking(ANSWERED, { due: true, last: { helps: 0.7, answered: 10, asked: 14 } });
  await question();
  await user.click(screen.getByRole('button', { name: '5' }));
  expect(await screen.findByText(/Last week 70% said that they help \(10 of 14 answered\)/)).toBeTruthy();
});

test('nobody is asked while a draft or a customer waits', async () => {
  const { web } = asking(ticketView({ adoption: { state: 'used', distance: 0, similarity: 1 } }));
  await screen.findByText(en['draft.title']);
  expect(web.said).toEqual([]);
  expect(screen.queryByText(en['pulse.question'])).toBeNull();
});

test('who was asked this week is left alone', async () => {
  const { web } = asking(ANSWERED, { due: false, last: null });
  await screen.findByText(en['adoption.title']);
  await waitFor(() => expect(screen.queryByText(en['pulse.question'])).toBeNull());
  expect(web.said).toEqual([]);
});

test('the question goes away for the week when it is put off', async () => {
  const { web } = asking();
  await question();
  await user.click(screen.getByRole('button', { name: en['pulse.later'] }));
  await waitFor(() => expect(screen.queryByText(en['pulse.question'])).toBeNull());
  expect(web.said).toEqual(['shown', 'later']);
});

test('an answer that was not kept says so, and the question stays', async () => {
  const { web } = asking();
  await question();
  web.failing = true;
  await user.click(screen.getByRole('button', { name: '2' }));
  expect(await screen.findByText(en['pulse.again'])).toBeTruthy();
  await question();
});

test('the question has no fault that axe finds', async () => {
  const { opened } = asking();
  await question();
  const found = await axe.run(opened.page.container, { rules: { 'color-contrast': { enabled: false } } });
  expect(found.violations).toEqual([]);
});
