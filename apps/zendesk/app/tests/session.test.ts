import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { ApiProblem, SidebarApi } from '../src/api/client';
import { Keeper, type Session } from '../src/session';
import { refusal } from './web';

const NOW = new Date('2026-11-21T12:00:00Z');

beforeEach(() => void vi.useFakeTimers({ now: NOW }));
afterEach(() => void vi.useRealTimers());

const inMinutes = (minutes: number) => new Date(Date.now() + minutes * 60_000).toISOString();
const session = (token: string, minutes = 8): Session => ({
  token,
  role: 'agent',
  agent: { id: '7', name: 'Maria Lopez' },
  expires_at: inMinutes(minutes),
  groups: ['Billing'],
});

/** The web's side of the renewal: gives the answers in order and remembers who asked. */
function web(...answers: (() => Response | Error)[]) {
  const asked: [url: string, authorization: string][] = [];
  const send = async (url: string, init: RequestInit) => {
    asked.push([url, (init.headers as Record<string, string>).Authorization ?? '']);
    const answer = answers.shift()?.() ?? refusal(503, 'unavailable');
    if (answer instanceof Error) throw answer;
    return answer;
  };
  return { asked, send };
}

const pass = (minutes: number) => vi.advanceTimersByTimeAsync(minutes * 60_000);

test('a token is renewed at half of its life, and no token stands in an address', async () => {
  const { asked, send } = web(() => Response.json({ ...session('second'), role: 'lead', groups: undefined }));
  const keeper = new Keeper(session('first'), send, '/sidebar/api/session');
  const stop = keeper.keep();
  await pass(3.9);
  expect(asked).toEqual([]);
  await pass(0.2);
  expect(asked).toEqual([['/sidebar/api/session', 'Bearer first']]);
  expect(keeper.token).toBe('second');
  expect(keeper.session().role).toBe('lead');
  stop();
});

test('what only the page load said is kept at a renewal', async () => {
  const renewed = { ...session('second'), groups: undefined };
  const { send } = web(() => Response.json(renewed));
  const keeper = new Keeper(session('first'), send);
  expect(await keeper.renew()).toBe(true);
  expect(keeper.session().groups).toEqual(['Billing']);
});

test('a clock that is wrong in either direction neither loses the session nor floods the web', async () => {
  for (const minutes of [-600, 600]) {
    const { asked, send } = web(...Array.from({ length: 30 }, () => () => Response.json(session('next', minutes))));
    const stop = new Keeper(session('first', minutes), send).keep();
    await pass(9);
    expect(asked.length).toBeGreaterThanOrEqual(2);
    expect(asked.length).toBeLessThanOrEqual(18);
    stop();
  }
});

test('a web that is away for a minute ends no session', async () => {
  const { asked, send } = web(
    () => new TypeError('Failed to fetch'),
    () => refusal(503, 'unavailable'),
    () => Response.json(session('second')),
  );
  const keeper = new Keeper(session('first'), send);
  const stop = keeper.keep();
  await pass(5);
  expect(asked).toHaveLength(3);
  expect(keeper.token).toBe('second');
  stop();
});

test('a plain no is final: the web is not asked again', async () => {
  const { asked, send } = web(() => refusal(401, 'unauthorized'));
  const keeper = new Keeper(session('first'), send);
  const stop = keeper.keep();
  await pass(30);
  expect(asked).toHaveLength(1);
  expect(await keeper.renew()).toBe(false);
  stop();
});

test('a page that slept renews when it is seen again, without waiting for its timer', async () => {
  const { asked, send } = web(() => Response.json(session('second')));
  const keeper = new Keeper(session('first'), send);
  const stop = keeper.keep();
  vi.setSystemTime(Date.now() + 6 * 60_000);
  document.dispatchEvent(new Event('visibilitychange'));
  await pass(0);
  expect(asked).toHaveLength(1);
  stop();
});

test('a call that finds its token ended renews it and is made once more', async () => {
  const tokens: string[] = [];
  const keeper = new Keeper(session('first'), web(() => Response.json(session('second'))).send);
  const api = new SidebarApi(keeper, async (_url, init) => {
    const { Authorization = '' } = init.headers as Record<string, string>;
    tokens.push(Authorization);
    return Authorization === 'Bearer second' ? Response.json({ intents: [] }) : refusal(401, 'unauthorized');
  });
  expect(await api.intents()).toEqual([]);
  expect(tokens).toEqual(['Bearer first', 'Bearer second']);
});

test('where it cannot be renewed the call says that the session has ended', async () => {
  const keeper = new Keeper(session('first'), web(() => refusal(401, 'unauthorized')).send);
  const api = new SidebarApi(keeper, async () => refusal(401, 'unauthorized'));
  await expect(api.intents()).rejects.toMatchObject({ code: 'unauthorized' } satisfies Partial<ApiProblem>);
});

test('an answer that does not come in time is a web that is away, not a missing network', async () => {
  const api = new SidebarApi('token', (_url, init) => {
    const { signal } = init;
    return new Promise((_resolve, reject) => signal?.addEventListener('abort', () => reject(new DOMException('aborted'))));
  });
  const asked = expect(api.intents()).rejects.toMatchObject({ code: 'unavailable' });
  await pass(1);
  await asked;
});
