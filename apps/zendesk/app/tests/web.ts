import { SidebarApi } from '../src/api/client';
import type { Citation, IntentName, Passage, Scenario, Sentence, TicketView } from '../src/api/types';

export interface Call {
  method: string;
  path: string;
  body: unknown;
  headers: Record<string, string>;
}

/** The web of Handrail as the contract describes it: a ticket that may change, and what was posted to it. */
export class FakeWeb {
  ticket: TicketView | null;
  results: Passage[] = [];
  scenarios: Scenario[] = [];
  intents: IntentName[] = [];
  /** Why nothing can be rewritten; empty when it can. */
  unavailable = 'Rewriting needs a language model; set openai.base_url.';
  rewritten: unknown = {};
  review: unknown[] = [];
  /** The lines of a draft that is written live. */
  live: unknown[] = [];
  /** Answers the question for scenarios in their place, every time. */
  scenarioFault: Response | null = null;
  readonly calls: Call[] = [];
  /** Answers given instead of the true ones, in order; then the web is well again. */
  readonly faults: (Response | Error)[] = [];

  constructor(ticket: TicketView | null) {
    this.ticket = ticket;
  }

  api(): SidebarApi {
    return new SidebarApi('token-for-tests', async (url, init) => this.receive(url, init), '/sidebar/api');
  }

  posts(end: string): unknown[] {
    return this.calls.filter(({ method, path }) => method === 'POST' && path.endsWith(end)).map(({ body }) => body);
  }

  private receive(url: string, init: RequestInit): Response {
    const { pathname, searchParams } = new URL(url, 'http://127.0.0.1');
    const body: unknown = init.body ? JSON.parse(String(init.body)) : undefined;
    const headers = init.headers as Record<string, string>;
    this.calls.push({ method: init.method ?? 'GET', path: pathname, body, headers });
    const fault = this.faults.shift();
    if (fault instanceof Error) throw fault;
    if (fault) return fault;
    if (pathname.endsWith('/intents')) return Response.json({ intents: this.intents });
    if (pathname.endsWith('/writing')) return Response.json({ rewrite: { unavailable: this.unavailable } });
    if (pathname.endsWith('/rewrite')) return Response.json(this.rewritten);
    if (pathname.endsWith('/review')) return Response.json({ findings: this.review });
    if (pathname.endsWith('/compose')) return new Response(this.live.map((line) => `${JSON.stringify(line)}\n`).join(''));
    if (init.method === 'POST') return new Response(null, { status: /drafts|chosen/.test(pathname) ? 204 : 202 });
    if (pathname.endsWith('/scenarios') && this.scenarioFault) return this.scenarioFault.clone();
    if (pathname.endsWith('/scenarios')) return Response.json({ scenarios: this.scenarios });
    if (pathname.endsWith('/search')) return Response.json({ results: this.results });
    if (!this.ticket) return refusal(404, 'not_found');
    if (searchParams.get('after') === String(this.ticket.version)) return new Response(null, { status: 204 });
    return Response.json(this.ticket);
  }
}

export function refusal(status: number, code: string, message = '', headers: Record<string, string> = {}): Response {
  return Response.json({ error: { code, message } }, { status, headers });
}

const PASSAGE = 'Devices can be returned within 30 days. The refund takes 5 working days. Keep the box.';

export function cited(text: string, quote: string, paragraph = 0, more: Partial<Citation> = {}): Sentence {
  const passage = more.passage ?? PASSAGE;
  const start = Array.from(passage.slice(0, passage.indexOf(quote))).length;
  const citation: Citation = {
    article_id: 'returns',
    title: 'Return a device',
    url: 'https://help.larkfield.example/returns',
    section: 'Orders',
    audience: 'public',
    updated_at: '2026-05-03T10:00:00Z',
    passage,
    quote_start: start,
    quote_end: start + Array.from(quote).length,
    ...more,
  };
  return { text, kind: 'cited', paragraph, citation };
}

export function courtesy(text: string, paragraph = 0): Sentence {
  return { text, kind: 'courtesy', paragraph, citation: null };
}

export function ticketView(more: Partial<TicketView> = {}): TicketView {
  return {
    version: 1,
    state: 'ready',
    ticket: { id: '42', subject: 'Return', status: 'open' },
    owner: { kind: 'assistant', name: 'Handrail' },
    customer: {
      id: 'c1',
      name: 'Ana Novak',
      tier: 'plus',
      email: 'ana@customer.example',
      phone: null,
      verified: true,
      locale: 'en-GB',
      time_zone: 'Europe/Ljubljana',
      since: '2024-01-02',
      facts: [1, 2, 3, 4, 5].map((n) => ({ label: `Fact ${n}`, value: `value ${n}`, source: 'orders' })),
    },
    signals: {
      language: { value: 'en', confidence: 0.98 },
      intent: { value: 'return', label: 'Return a device', confidence: 0.91 },
      sentiment: { value: 'negative', score: -0.6, confidence: 0.84, evidence: ['ridiculous'] },
      urgency: { value: 'high', confidence: 0.77, evidence: ['today'] },
      risks: [{ kind: 'legal', label: 'Legal threat', evidence: 'my lawyer' }],
    },
    timeline: [entry(1)],
    draft: {
      id: 'd1',
      language: 'en',
      confidence: 0.82,
      composer: 'extractive',
      state: 'offered',
      body: 'Hello Ana,\n\nyou can return it within 30 days. The refund takes 5 working days.',
      sentences: [
        courtesy('Hello Ana,'),
        cited('You can return it within 30 days.', 'returned within 30 days', 1),
        cited('The refund takes 5 working days.', 'The refund takes 5 working days.', 1),
      ],
      unknown: ['Whether the 30 days have passed'],
      findings: [],
    },
    handoff: null,
    decision: {
      id: 'dec-1',
      disposition: 'suggest',
      rule: 'tier1.returns',
      reason: 'The articles cover the question.',
      policy_version: '7',
      at: '2026-11-20T10:00:00Z',
      timings: { sense: 12.1, answer: 80 },
      model: null,
      confidence: 0.82,
    },
    abstained: null,
    ...more,
  };
}

export function entry(n: number, more: Partial<TicketView['timeline'][number]> = {}): TicketView['timeline'][number] {
  return {
    id: String(n),
    at: '2026-11-20T09:00:00Z',
    channel: 'email',
    role: 'customer',
    author: 'Ana Novak',
    text: `Message ${n}`,
    public: true,
    delivery: null,
    ...more,
  };
}
