import { linesOf } from './lines';
import type { Finding, IntentName, LiveEvent, Passage, Rating, Revision, Rewritten, Scenario, TicketView } from './types';

export type ProblemCode =
  | 'unauthorized'
  | 'forbidden'
  | 'not_found'
  | 'invalid'
  | 'rate_limited'
  | 'unavailable'
  | 'offline';

const CODES: Record<number, ProblemCode> = {
  400: 'invalid',
  401: 'unauthorized',
  403: 'forbidden',
  404: 'not_found',
  429: 'rate_limited',
};
const TIMEOUT_MS = 15_000;
/** A language model takes its time. */
const WRITING_MS = 60_000;

/** The one error this module raises: what went wrong, in the contract's words, and when to try again. */
export class ApiProblem extends Error {
  override readonly name = 'ApiProblem';
  constructor(
    readonly code: ProblemCode,
    message = '',
    readonly retryAfterSeconds: number | null = null,
  ) {
    super(message || code);
  }
}

export function problemOf(error: unknown): ApiProblem {
  return error instanceof ApiProblem ? error : new ApiProblem('offline', String(error));
}

type Send = (url: string, init: RequestInit) => Promise<Response>;

/** Speaks the sidebar's HTTP contract. Every method resolves with the answer or rejects with `ApiProblem`. */
export class SidebarApi {
  constructor(
    private readonly token: string,
    private readonly send: Send = (url, init) => fetch(url, init),
    private readonly base = `${import.meta.env.BASE_URL}api`,
  ) {}

  /** The ticket as the web sees it, or null when nothing changed since version `after`. */
  async view(ticketId: string, after: number | null, signal: AbortSignal): Promise<TicketView | null> {
    const query = after === null ? '' : `?after=${after}`;
    const answer = await this.call('GET', `${ticket(ticketId)}${query}`, undefined, signal);
    return answer.status === 204 ? null : readView(await json(answer));
  }

  async inserted(ticketId: string, draftId: string): Promise<void> {
    await this.call('POST', `${draft(ticketId, draftId)}/inserted`, {});
  }

  async rate(ticketId: string, draftId: string, rating: Rating): Promise<void> {
    await this.call('POST', `${draft(ticketId, draftId)}/rating`, rating);
  }

  async escalate(ticketId: string, group: string, note: string): Promise<void> {
    await this.call('POST', `${ticket(ticketId)}/escalate`, { group, note });
  }

  async handBack(ticketId: string, instruction: string): Promise<void> {
    await this.call('POST', `${ticket(ticketId)}/hand_back`, { instruction });
  }

  async search(ticketId: string, words: string): Promise<Passage[]> {
    const query = new URLSearchParams({ q: words, ticket: ticketId });
    const found = await json(await this.call('GET', `/search?${query}`));
    if (!isRecord(found) || !Array.isArray(found.results)) throw new ApiProblem('unavailable');
    return found.results as Passage[];
  }

  async scenarios(ticketId: string): Promise<Scenario[]> {
    const found = await json(await this.call('GET', `${ticket(ticketId)}/scenarios`));
    if (!isRecord(found) || !Array.isArray(found.scenarios)) throw new ApiProblem('unavailable');
    return found.scenarios as Scenario[];
  }

  async chosen(ticketId: string, { order, rule }: Scenario): Promise<void> {
    const place = [order, rule].map(encodeURIComponent).join('/');
    await this.call('POST', `${ticket(ticketId)}/scenarios/${place}/chosen`, {});
  }

  /** The company's intents, as an agent may correct to them. */
  async intents(): Promise<IntentName[]> {
    const found = await json(await this.call('GET', '/intents'));
    if (!isRecord(found) || !Array.isArray(found.intents)) throw new ApiProblem('unavailable');
    return found.intents as IntentName[];
  }

  /** `decision` is the one that the agent was looking at: a newer one is about other words. */
  async correctIntent(ticketId: string, intent: string, decision: string | null): Promise<void> {
    await this.call('POST', `${ticket(ticketId)}/intent`, { intent, decision });
  }

  /** Why nothing can be rewritten here; empty when it can. */
  async unavailable(): Promise<string> {
    const found = await json(await this.call('GET', '/writing'));
    if (!isRecord(found) || !isRecord(found.rewrite)) throw new ApiProblem('unavailable');
    return String(found.rewrite.unavailable ?? '');
  }

  async rewrite(ticketId: string, text: string, revision: Revision, to = ''): Promise<Rewritten> {
    const path = `${ticket(ticketId)}/rewrite`;
    const found = await json(await this.call('POST', path, { text, revision, to }, undefined, WRITING_MS));
    if (!isRecord(found) || typeof found.text !== 'string') throw new ApiProblem('unavailable');
    return found as unknown as Rewritten;
  }

  async review(ticketId: string, text: string): Promise<Finding[]> {
    const found = await json(await this.call('POST', `${ticket(ticketId)}/review`, { text }));
    if (!isRecord(found) || !Array.isArray(found.findings)) throw new ApiProblem('unavailable');
    return found.findings as Finding[];
  }

  /** The draft as it is being written, step by step. Ends when the draft is done or `signal` is aborted. */
  async *compose(ticketId: string, signal: AbortSignal): AsyncGenerator<LiveEvent> {
    const answer = await this.call('POST', `${ticket(ticketId)}/compose`, {}, signal, WRITING_MS);
    if (!answer.body) throw new ApiProblem('unavailable');
    for await (const line of linesOf(answer.body)) yield JSON.parse(line) as LiveEvent;
  }

  private async call(
    method: string,
    path: string,
    body?: unknown,
    signal?: AbortSignal,
    most = TIMEOUT_MS,
  ): Promise<Response> {
    const headers: Record<string, string> = { Authorization: `Bearer ${this.token}`, Accept: 'application/json' };
    if (body !== undefined) headers['Content-Type'] = 'application/json';
    const answer = await within(most, signal, (limit) =>
      this.send(this.base + path, {
        method,
        headers,
        body: body === undefined ? undefined : JSON.stringify(body),
        signal: limit,
        credentials: 'omit',
      }),
    );
    if (!answer.ok) throw await refusal(answer);
    return answer;
  }
}

const ticket = (id: string) => `/tickets/${encodeURIComponent(id)}`;
const draft = (ticketId: string, id: string) => `${ticket(ticketId)}/drafts/${encodeURIComponent(id)}`;

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

async function json(answer: Response): Promise<unknown> {
  try {
    return await answer.json();
  } catch {
    // A proxy's HTML page with status 200 is a backend that is not there.
    throw new ApiProblem('unavailable');
  }
}

function readView(value: unknown): TicketView {
  if (!isRecord(value) || typeof value.version !== 'number' || !isRecord(value.ticket)) {
    throw new ApiProblem('unavailable');
  }
  return value as unknown as TicketView;
}

async function refusal(answer: Response): Promise<ApiProblem> {
  const body: unknown = await answer.json().catch(() => null);
  const error = isRecord(body) && isRecord(body.error) ? body.error : {};
  const message = typeof error.message === 'string' ? error.message : '';
  const seconds = Number(answer.headers.get('Retry-After'));
  return new ApiProblem(CODES[answer.status] ?? 'unavailable', message, seconds > 0 ? seconds : null);
}

async function within<T>(
  ms: number,
  outer: AbortSignal | undefined,
  act: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const limit = new AbortController();
  const stop = () => limit.abort();
  const timer = setTimeout(stop, ms);
  outer?.addEventListener('abort', stop);
  try {
    return await act(limit.signal);
  } catch (error) {
    throw problemOf(error);
  } finally {
    clearTimeout(timer);
    outer?.removeEventListener('abort', stop);
  }
}
