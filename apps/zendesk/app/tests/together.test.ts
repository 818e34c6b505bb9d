import { expect, test } from 'vitest';
import { SidebarApi } from '../src/api/client';
import { FakeWeb, refusal, ticketView } from './web';

function listening(answer: (path: string) => Response) {
  const asked: string[] = [];
  const send = (url: string) => {
    asked.push(url);
    return Promise.resolve(answer(url));
  };
  return { asked, api: new SidebarApi('t', send, '/sidebar/api') };
}

const assist = { steps: [], scripts: [] };

test('what a panel asks for in one moment is one request, whoever asked first', async () => {
  const { asked, api } = listening(() =>
    Response.json({ writing: { rewrite: { unavailable: 'no model' } }, request: { request: null }, assist }),
  );
  const found = await Promise.all([api.unavailable(), api.unavailable(), api.request('42'), api.assist('42')]);
  expect(found).toEqual(['no model', 'no model', null, assist]);
  expect(asked).toEqual(['/sidebar/api/tickets/42/beside?of=request,assist,writing']);
});

test('a panel that opens beside a call asks once; the call that goes on is then asked for by itself', async () => {
  const threads = { joins: [], tickets: ['42'], others: [], moves: [] };
  const profile = { facts: [], asked: [], proved: { by: null, until: null, waiting: false }, merges: [], proposals: [] };
  const { asked, api } = listening((path) =>
    Response.json(path.endsWith('/call') ? { call: null } : { call: { call: null }, threads, profile }),
  );
  await Promise.all([api.liveCall('42', true), api.threads('42'), api.profile('42')]);
  expect(await api.liveCall('42', false)).toBeNull();
  expect(asked).toEqual(['/sidebar/api/tickets/42/beside?of=call,threads,profile', '/sidebar/api/tickets/42/call']);
});

test('what is asked for alone has its own address', async () => {
  const web = new FakeWeb(ticketView());
  const api = web.api();
  await api.assist('42');
  await api.request('42');
  await api.unavailable();
  const asked = ['tickets/42/assist', 'tickets/42/request', 'writing'];
  expect(web.calls.map(({ path }) => path)).toEqual(asked.map((path) => `/sidebar/api/${path}`));
});

test('one that failed is refused alone, and what takes long is asked for by itself', async () => {
  const { asked, api } = listening((path) =>
    path.endsWith('/scenarios')
      ? Response.json({ scenarios: [] })
      : Response.json({ assist: { error: { code: 'unavailable', message: 'away' } }, scenarios: { later: true } }),
  );
  const [first, second] = await Promise.allSettled([api.assist('42'), api.scenarios('42')]);
  expect(first).toMatchObject({ status: 'rejected', reason: { code: 'unavailable', message: 'away' } });
  expect(second).toEqual({ status: 'fulfilled', value: [] });
  expect(asked).toHaveLength(2);
});

test('a request that fails is refused to everybody who waits for it', async () => {
  const { api } = listening(() => refusal(429, 'rate_limited', '', { 'Retry-After': '3' }));
  const found = await Promise.allSettled([api.assist('42'), api.elsewhere('42')]);
  for (const each of found) expect(each).toMatchObject({ reason: { code: 'rate_limited', retryAfterSeconds: 3 } });
});

test('two tickets are never asked for in one', async () => {
  const { asked, api } = listening(() => Response.json(assist));
  await Promise.all([api.assist('1'), api.assist('2')]);
  expect(asked).toEqual(['/sidebar/api/tickets/1/assist', '/sidebar/api/tickets/2/assist']);
});
