import type { LiveCall } from '../src/api/call';
import { SidebarApi } from '../src/api/client';
import type { Coaching, Hint } from '../src/api/coaching';
import type { Assist, Elsewhere, Macro, Reasons, SolvedTicket } from '../src/api/beside';
import type { Doable, Run } from '../src/api/doing';
import type { Profile } from '../src/api/profile';
import type { Threads } from '../src/api/threads';
import type {
  Brief,
  Citation,
  IntentName,
  Passage,
  ReplyRequest,
  Scenario,
  Sentence,
  SourceInPlace,
  TicketView,
  WrapUp,
} from '../src/api/types';

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
  phoneCall: LiveCall | null = null;
  profile: Profile = { facts: [], asked: [], proved: { by: null, until: null, waiting: false }, merges: [], proposals: [] };
  threads: Threads = { joins: [], tickets: ['42'], others: [], moves: [] };
  intents: IntentName[] = [];
  /** Why nothing can be rewritten; empty when it can. */
  unavailable = 'Rewriting needs a language model; set openai.base_url.';
  rewritten: unknown = {};
  summary: unknown = { lines: [], struck: 0, unavailable: '' };
  translation: unknown = { messages: [], unavailable: '' };
  review: unknown[] = [];
  /** How it stands with a supervisor's word. */
  request: ReplyRequest | null = null;
  /** Whether an approval may be spent. */
  granted = true;
  /** What a sentence's source is in its article. */
  source: SourceInPlace | null = null;
  /** The lines of a draft that is written live. */
  live: unknown[] = [];
  /** What helps beside the ticket; an answer in place of a value is given instead, every time. */
  assist: Assist | Response = { steps: [], scripts: [] };
  elsewhere: Elsewhere | Response = { moods: {}, contact: null, conversations: [], outreach: [] };
  /** Hints on what the agent types, and on a matter that has ended. */
  hints: Hint[] = [];
  coaching: Coaching = { while_writing: true, afterwards: null };
  similar: SolvedTicket[] | Response = [];
  macros: Macro[] | Response = [];
  why: Reasons | Response = reasons();
  /** What an instruction would make the assistant say, and what goes to engineers. */
  brief: Brief | Response = { title: '', text: '', file: 'ticket-1-brief.md', missing: [], ways: ['note'], status: 'passed_on', update: '' };
  wrapUp: WrapUp | Response = wrapUp();
  /** What can be done in the company's systems, what a filled form comes to, and what was asked for. */
  doable: Doable[] | Response = [];
  examined: Doable | Response = doable();
  runs: Run[] = [];
  /** Answers the question for scenarios in their place, every time. */
  scenarioFault: Response | null = null;
  readonly calls: Call[] = [];
  /** Answers given instead of the true ones, in order; then the web is well again. */
  readonly faults: (Response | Error)[] = [];
  /** Answers to what is done next, in order. A look at the ticket, which comes every second, takes none of them away. */
  readonly refusals: Response[] = [];

  constructor(ticket: TicketView | null) {
    this.ticket = ticket;
  }

  api(language?: string): SidebarApi {
    return new SidebarApi('token-for-tests', async (url, init) => this.receive(url, init), '/sidebar/api', language);
  }

  posts(end: string): unknown[] {
    return this.calls.filter(({ method, path }) => method === 'POST' && path.endsWith(end)).map(({ body }) => body);
  }

  private async receive(url: string, init: RequestInit): Promise<Response> {
    const { pathname, searchParams } = new URL(url, 'http://127.0.0.1');
    const body: unknown = init.body ? JSON.parse(String(init.body)) : undefined;
    const headers = init.headers as Record<string, string>;
    this.calls.push({ method: init.method ?? 'GET', path: pathname, body, headers });
    const together = searchParams.get('of');
    if (together) return this.together(pathname, together.split(','), init);
    if (init.method === 'POST' && pathname.endsWith('/coaching')) return Response.json({ hints: this.hints });
    const beside = this.beside(pathname);
    if (beside) return beside;
    if (/\/profile(\/\w+)?$/.test(pathname)) return Response.json(this.profile);
    if (init.method !== 'POST' && pathname.endsWith('/request')) return this.requested(pathname, 'GET', undefined);
    const refused = init.method === 'POST' ? this.refusals.shift() : undefined;
    if (refused) return refused;
    const fault = this.faults.shift();
    if (fault instanceof Error) throw fault;
    if (fault) return fault;
    if (pathname.endsWith('/intents')) return Response.json({ intents: this.intents });
    if (pathname.endsWith('/writing')) return Response.json({ rewrite: { unavailable: this.unavailable } });
    if (pathname.endsWith('/rewrite')) return Response.json(this.rewritten);
    if (pathname.endsWith('/summary')) return Response.json(this.summary);
    if (pathname.endsWith('/translation')) return Response.json(this.translation);
    if (pathname.endsWith('/review')) return Response.json({ findings: this.review });
    if (/\/request(\/|$)/.test(pathname)) return this.requested(pathname, init.method, body);
    if (pathname.endsWith('/source')) return this.source ? Response.json(this.source) : refusal(404, 'not_found');
    if (pathname.endsWith('/compose')) return new Response(this.live.map((line) => `${JSON.stringify(line)}\n`).join(''));
    if (pathname.endsWith('/threads/merge')) return Response.json({ id: 'mv_merged', to: 'co_1' });
    if (init.method === 'POST') return new Response(null, { status: /drafts|chosen/.test(pathname) ? 204 : 202 });
    if (pathname.endsWith('/scenarios') && this.scenarioFault) return this.scenarioFault.clone();
    if (pathname.endsWith('/scenarios')) return Response.json({ scenarios: this.scenarios });
    if (pathname.endsWith('/search')) return Response.json({ results: this.results });
    if (!this.ticket) return refusal(404, 'not_found');
    if (searchParams.get('after') === String(this.ticket.version)) return new Response(null, { status: 204 });
    return Response.json(this.ticket);
  }

  /** Several of them in one answer, each as it would have been by itself. */
  private async together(path: string, pieces: string[], init: RequestInit): Promise<Response> {
    const answers: Record<string, unknown> = {};
    for (const piece of pieces) {
      const answer = await this.receive(path.replace(/beside$/, piece), init);
      answers[piece] = await answer.json();
    }
    return Response.json(answers);
  }

  /** Faults are for the ticket and what is done to it; these have their own. */
  private beside(path: string): Response | null {
    const answers: [end: string, said: unknown][] = [
      ['/assist', this.assist],
      ['/elsewhere', this.elsewhere],
      ['/coaching', this.coaching],
      ['/call', { call: this.phoneCall }],
      ['/threads', this.threads],
      ['/why', this.why],
      ['/brief', this.brief],
      ['/wrap_up', this.wrapUp],
      ['/wrap_up/object', {}],
      ['/actions', this.doable instanceof Response ? this.doable : { actions: this.doable }],
      ['/actions/runs', { runs: this.runs }],
      ['/examine', this.examined],
      ['/assist/similar', this.similar instanceof Response ? this.similar : { tickets: this.similar }],
      ['/assist/macros', this.macros instanceof Response ? this.macros : { macros: this.macros }],
    ];
    const said = answers.find(([end]) => path.endsWith(end))?.[1];
    if (said instanceof Response) return said.clone();
    return said === undefined ? null : Response.json(said);
  }

  private requested(pathname: string, method = 'GET', body: unknown): Response {
    const { text, draft } = (body ?? {}) as { text: string; draft: string | null };
    if (method === 'POST' && pathname.endsWith('/request')) this.request = asked({ text, draft });
    if (pathname.endsWith('/withdraw') && this.request) this.request = { ...this.request, state: 'withdrawn' };
    if (!pathname.endsWith('/use')) return Response.json({ request: this.request });
    const granted = this.granted && this.request?.state === 'approved';
    if (granted && this.request) this.request = { ...this.request, state: 'used' };
    return Response.json({ request: this.request, granted });
  }
}

export function wrapUp(more: Partial<WrapUp> = {}): WrapUp {
  return {
    text: 'Wanted:\n- Emma: “Where is it?” (message of 10:12 UTC on 10 March 2026)',
    disposition: 'other',
    outcome: 'answered',
    next_step: '',
    dispositions: ['delivery', 'other'],
    outcomes: ['answered', 'done', 'handed_over', 'not_solved'],
    settled: false,
    writes_at: null,
    to_crm: false,
    earlier: [],
    ...more,
  };
}

export function doable(more: Partial<Doable> = {}): Doable {
  return {
    name: 'goodwill_credit',
    says: 'Give a goodwill credit',
    fits: false,
    possible: true,
    why: '',
    inputs: [
      { name: 'amount', says: 'Amount', kind: 'money', value: '5.00', options: [], optional: true, most: 200 },
      { name: 'reason', says: 'Why', kind: 'text', value: 'goodwill', options: [], optional: true, most: 200 },
    ],
    needs: [],
    changes: [{ says: 'Credits', before: '0', after: '1' }],
    digest: 'digest-1',
    approver: 'agent',
    question: '',
    picture: null,
    can_undo: true,
    ...more,
  };
}

export function run(more: Partial<Run> = {}): Run {
  return {
    id: 'ac_1',
    name: 'goodwill_credit',
    says: 'Give a goodwill credit',
    state: 'done',
    why: '',
    by: 'maria@larkfield.example',
    approved_by: [],
    asked_at: '2026-11-20T10:00:00Z',
    expires_at: '2026-11-20T14:00:00Z',
    settled_at: '2026-11-20T10:00:05Z',
    inputs: ['5.0', 'goodwill'],
    changes: [{ says: 'Credits', before: '0', after: '1' }],
    found: [],
    undo: { says: 'Take a goodwill credit back', until: '2026-11-20T11:00:00Z' },
    undone: false,
    undoes: null,
    ...more,
  };
}

export function reasons(more: Partial<Reasons> = {}): Reasons {
  const reading = { value: 'return', label: 'Return a device', confidence: 0.91, evidence: ['send it back'], made_by: 'encoder' };
  return {
    decision: 'dec-1',
    policy: { version: '7', in_force: true, by: null, at: null, line: null },
    intents: [reading],
    risks: [],
    sentiment: { ...reading, value: 'negative', label: 'Negative', mood: -0.6 },
    passages: [],
    agents: [],
    model: null,
    composer: 'extractive',
    prompt_hash: null,
    costs: [],
    ...more,
  };
}

export function asked(more: Partial<ReplyRequest> = {}): ReplyRequest {
  return {
    id: 'rq1',
    state: 'pending',
    text: 'Hello Ana,\n\nwe refund it.',
    draft: 'd1',
    asked_by: 'Maria Lopez',
    asked_at: new Date(Date.now() - 60_000).toISOString(),
    expires_at: new Date(Date.now() + 3 * 3_600_000).toISOString(),
    decided_by: '',
    decided_at: null,
    reason: '',
    channel: '#care-approvals',
    outdated: false,
    internal: [],
    ...more,
  };
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
