import { expect, test } from 'vitest';
import { SidebarApi } from '../src/api/client';
import { FakeWeb, refusal, ticketView } from './web';

const never = new AbortController().signal;

test('every call carries the bearer token and no cookies', async () => {
  const web = new FakeWeb(ticketView());
  await web.api().view('42', null, never);
  await web.api().inserted('42', 'd1', { text: 'Hello', source: 'draft' });
  expect(web.calls.map((call) => call.headers.Authorization)).toEqual(Array(2).fill('Bearer token-for-tests'));
});

test('every call says in which language the agent reads', async () => {
  const web = new FakeWeb(ticketView());
  await web.api('de-AT').intents();
  expect(web.calls.map((call) => call.headers['Accept-Language'])).toEqual(['de-AT']);
});

test('an unchanged version is answered with nothing', async () => {
  const api = new FakeWeb(ticketView({ version: 17 })).api();
  expect((await api.view('42', 16, never))?.version).toBe(17);
  expect(await api.view('42', 17, never)).toBeNull();
});

test('ids are escaped in addresses', async () => {
  const web = new FakeWeb(ticketView());
  await web.api().inserted('42/../1', 'a b', { text: 'Hello', source: 'draft' });
  expect(web.calls[0]?.path).toBe('/sidebar/api/tickets/42%2F..%2F1/drafts/a%20b/inserted');
});

test.each([
  [400, 'invalid'],
  [401, 'unauthorized'],
  [403, 'forbidden'],
  [404, 'not_found'],
  [429, 'rate_limited'],
  [503, 'unavailable'],
  [502, 'unavailable'],
])('status %i is the problem %s', async (status, code) => {
  const web = new FakeWeb(ticketView());
  web.faults.push(refusal(status, code, 'plain words', { 'Retry-After': '7' }));
  await expect(web.api().handBack('42', 'go_on')).rejects.toMatchObject({
    code,
    message: 'plain words',
    retryAfterSeconds: 7,
  });
});

test('a ticket that Zendesk does not show this agent is a problem of its own', async () => {
  const web = new FakeWeb(ticketView());
  web.faults.push(refusal(403, 'no_access', 'plain words'));
  await expect(web.api().view('42', null, never)).rejects.toMatchObject({ code: 'no_access' });
});

test('a network that fails is offline', async () => {
  const web = new FakeWeb(ticketView());
  web.faults.push(new TypeError('Failed to fetch'));
  await expect(web.api().view('42', null, never)).rejects.toMatchObject({ code: 'offline' });
});

test.each([
  ['a page of a proxy', () => new Response('<html>', { status: 200 })],
  ['JSON of another shape', () => Response.json({ hello: 'world' })],
])('%s is a backend that is not there', async (_what, answer) => {
  const web = new FakeWeb(ticketView());
  web.faults.push(answer());
  await expect(web.api().view('42', null, never)).rejects.toMatchObject({ code: 'unavailable' });
});

test('a call is given up when the sidebar closes', async () => {
  const stop = new AbortController();
  const api = new SidebarApi('t', (_url, init) => hang(init.signal as AbortSignal), '/sidebar/api');
  const asked = api.view('42', null, stop.signal);
  stop.abort();
  await expect(asked).rejects.toMatchObject({ code: 'offline' });
});

function hang(signal: AbortSignal): Promise<Response> {
  return new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(new Error('aborted'))));
}
