import { act } from '@testing-library/react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { rhythm } from '../src/hooks/useTicket';
import { open } from './app';
import { type FakeWeb, ticketView } from './web';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

const pass = (ms: number) => act(() => vi.advanceTimersByTimeAsync(ms));
const looks = (web: FakeWeb) => web.calls.filter(({ method, path }) => method === 'GET' && path.endsWith('/tickets/42')).length;

async function opened(web: FakeWeb): Promise<void> {
  for (let waited = 0; looks(web) === 0 && waited < 20; waited += 1) await pass(100);
  await pass(10);
}

function hide(hidden: boolean): void {
  vi.spyOn(document, 'visibilityState', 'get').mockReturnValue(hidden ? 'hidden' : 'visible');
  document.dispatchEvent(new Event('visibilitychange'));
}

test.each([
  [true, 'here', 1_000],
  [false, 'here', 2_500],
  [true, 'away', 20_000],
  [true, 'gone', null],
] as const)('working %s and looked at from %s it asks after %s ms', (working, attention, ms) => {
  expect(rhythm(working, attention)).toBe(ms);
});

test('an open ticket follows what happens without being reloaded', async () => {
  const { web, page } = open();
  await opened(web);
  web.ticket = ticketView({ version: 2, ticket: { id: '42', subject: 'Return', status: 'open' }, state: 'silent', draft: null });
  await pass(3_500);
  expect(page.container.querySelector('.silent')).not.toBeNull();
});

test('an event of the page is followed at once', async () => {
  const { web, zendesk } = open();
  await opened(web);
  const before = looks(web);
  zendesk.fire('ticket.conversation.changed');
  await pass(20);
  expect(looks(web)).toBe(before + 1);
});

test('a panel nobody sees asks nothing, and asks at once when it is seen again', async () => {
  const { web } = open();
  await opened(web);
  hide(true);
  await pass(10_000);
  const before = looks(web);
  await pass(600_000);
  expect(looks(web)).toBe(before);
  hide(false);
  await pass(20);
  expect(looks(web)).toBe(before + 1);
});

test('beside another ticket it asks seldom until it is activated', async () => {
  const { web, zendesk } = open();
  await opened(web);
  zendesk.fire('pane.deactivated');
  await pass(5_000);
  const before = looks(web);
  await pass(15_000);
  expect(looks(web)).toBeLessThanOrEqual(before + 1);
  const away = looks(web);
  zendesk.fire('pane.activated');
  await pass(20);
  expect(looks(web)).toBe(away + 1);
});
