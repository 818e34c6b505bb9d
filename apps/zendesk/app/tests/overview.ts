import type { Checked, Gaps, PolicyInForce, PulseWeek, Queues, Share, Sources, Workers, WorkDone } from '../src/overview/types';

/** What the web answers, by section. */
export type Sections = Record<string, object>;

const DAYS = ['2026-11-15', '2026-11-16', '2026-11-17', '2026-11-18', '2026-11-19', '2026-11-20', '2026-11-21'];
const share = (hits: number, cases: number): Share => ({
  hits,
  cases,
  value: cases ? hits / cases : null,
  low: cases ? Math.max(0, hits / cases - 0.1) : 0,
  high: cases ? Math.min(1, hits / cases + 0.1) : 1,
  enough: cases >= 20,
});

const WORK: WorkDone = {
  days: DAYS,
  decisions: 71,
  actions: {
    suggest: [3, 6, 8, 5, 7, 0, 12],
    auto_reply: [1, 2, 2, 0, 3, 0, 8],
    handoff: [0, 4, 1, 2, 3, 0, 2],
    silent: [0, 0, 1, 0, 0, 0, 1],
  },
  handed_over: [
    { rule: 'human_request', name: 'human_request', label: 'The customer asked for a person', team: 'Billing', count: 9 },
    { rule: 'no_article', name: 'no_article', label: '', team: 'Customer care', count: 3 },
  ],
  abstained: share(6, 47),
  adoption: {
    intent: '',
    label: '',
    used: 20,
    edited: 12,
    ignored: 8,
    taken: share(32, 40),
    words: 7,
    edits: 12,
    open: 5,
    withdrawn: 2,
    sent: 16,
    intents: [
      { intent: 'refund', label: 'Refund status', used: 18, edited: 9, ignored: 6, taken: share(27, 33), words: 6, edits: 9 },
      { intent: 'delivery', label: 'Late delivery', used: 2, edited: 3, ignored: 2, taken: share(5, 7), words: 14, edits: 3 },
    ],
  },
  ratings: [
    { thumb: 'up', count: 6, said: 0, reasons: [] },
    { thumb: 'down', count: 2, said: 1, reasons: [{ reason: 'outdated', count: 2 }] },
  ],
  waits: {
    all: { cases: 71, p50: 800, p95: 2_400, enough: true },
    days: DAYS.map((_, place) => (place === 0 || place === 5 ? null : { cases: 9, p50: 700 + place * 30, p95: 2_000 + place * 90, enough: false })),
  },
  costs: [{ currency: 'USD', total: 0.42, decisions: 40, days: [0.02, 0.05, 0.08, 0.03, 0.1, 0, 0.14] }],
};

const QUEUES: Queues = {
  at: '2026-11-21T09:30:00Z',
  events: { states: { pending: 1, claimed: 0, parked: 0 }, late: 0, since: null },
  effects: { states: { pending: 0, held: 2, sending: 0, unknown: 0, parked: 0 }, late: 0, since: null },
  undelivered: 0,
  waiting: [
    { team: 'Billing', agent: 'Jonas Weber', count: 2, since: '2026-11-21T07:00:00Z' },
    { team: 'Specialists', agent: '', count: 1, since: '2026-11-21T09:20:00Z' },
  ],
};

const GAPS: Gaps = {
  questions: 3,
  read: 3,
  groups: 2,
  shown: [
    {
      question: 'Do you ship to Norway?',
      count: 2,
      conversations: 2,
      first_at: '2026-11-18T09:00:00Z',
      last_at: '2026-11-21T08:00:00Z',
      language: 'en',
      intent: 'Delivery',
      wordings: ['is delivery to norway possible'],
      ticket: '35',
      nearest: { title: 'Delivery times', score: 0.41 },
    },
    {
      question: 'Is the hub waterproof?',
      count: 1,
      conversations: 1,
      first_at: '2026-11-20T09:00:00Z',
      last_at: '2026-11-20T09:00:00Z',
      language: 'en',
      intent: '',
      wordings: [],
      ticket: null,
      nearest: null,
    },
  ],
};

const POLICY: PolicyInForce = {
  version: 'b4d1c20f9a11',
  history: [
    { version: 'b4d1c20f9a11', how: 'applied', by: 'priya@larkfield.example', at: '2026-11-20T14:00:00Z', note: 'Refunds to a person', replaced: 'aaa' },
    { version: 'aaa', how: 'started', by: 'the first start', at: '2026-11-01T08:00:00Z', note: '', replaced: null },
  ],
  older: 0,
  differs: 'policy.yaml (ccc) differs from the version in force',
  limits: { automatic: ['sms'], confidence: 0.86, shadow: [], approvers: ['priya@larkfield.example'], per_day: 5, currency: 'USD' },
  owners: [
    { intent: 'password_reset', label: 'Password reset', way: 'assistant', group: 'Technical support', tier: 0, why: 'low risk', automatic_from: 0.86, shadow: false },
    { intent: '', label: '', way: 'human', group: 'Customer care', tier: 1, why: '', automatic_from: 0.86, shadow: false },
  ],
  triggers: [
    { name: 'fraud', label: 'fraud', why: 'Possible fraud', group: 'Specialists', tier: 2, threshold: 0.5, unit: 'confidence', alert: true, first: true },
    { name: 'high_value', label: 'high_value', why: 'An important customer', group: 'Specialists', tier: 2, threshold: 0.5, unit: 'none', alert: false, first: false },
  ],
  signoffs: [{ section: 'triggers', roles: [{ role: 'legal', people: ['tom@larkfield.example'] }] }],
  signed: [{ section: 'triggers', role: 'legal', person: 'tom@larkfield.example', version: 'b4d1c20f9a11', at: '2026-11-20T13:00:00Z' }],
};

const SOURCES: Sources = {
  sources: [
    { name: 'zendesk', connected: true, heard_at: '2026-11-21T09:29:00Z' },
    { name: 'twilio', connected: true, heard_at: null },
    { name: 'slack', connected: false, heard_at: null },
  ],
  passages: 412,
};

const CHECKS: Checked = {
  at: '2026-11-21T09:30:00Z',
  lines: [
    { section: 'machine', check: 'queue', state: 'ok', found: 'answers', fix: '' },
    { section: 'zendesk', check: 'webhook', state: 'failing', found: 'it is not active', fix: 'Activate it: `handrail connect zendesk`.' },
  ],
};
const WORKERS: Workers = { queue: true, workers: 2 };
const WEEKS: PulseWeek[] = [
  { week: '2026-W47', asked: 6, answered: 2, counts: null, helps: null },
  { week: '2026-W46', asked: 30, answered: 24, counts: [0, 1, 3, 12, 8], helps: share(20, 24) },
];

/** A week of a small team. */
export const FULL: Sections & { queues: Queues } = {
  work: WORK,
  queues: QUEUES,
  parked: { parked: [] },
  workers: WORKERS,
  gaps: GAPS,
  policy: POLICY,
  'policy/aaa': { version: 'aaa', at: '2026-11-01T08:00:00Z', text: '# as it was\nowners: {}\n' },
  sources: SOURCES,
  checks: CHECKS,
  pulse: { weeks: WEEKS },
};

const NOTHING = { intent: '', label: '', used: 0, edited: 0, ignored: 0, taken: share(0, 0), words: null, edits: 0 };
const ZEROS = DAYS.map(() => 0);

/** An installation of today. */
export const EMPTY: Sections = {
  work: {
    days: DAYS,
    decisions: 0,
    actions: { suggest: ZEROS, auto_reply: ZEROS, handoff: ZEROS, silent: ZEROS },
    handed_over: [],
    abstained: share(0, 0),
    adoption: { ...NOTHING, open: 0, withdrawn: 0, sent: 0, intents: [] },
    ratings: [],
    waits: { all: null, days: DAYS.map(() => null) },
    costs: [],
  } satisfies WorkDone,
  queues: { ...QUEUES, waiting: [] },
  parked: { parked: [] },
  workers: WORKERS,
  gaps: { questions: 0, read: 0, groups: 0, shown: [] } satisfies Gaps,
  policy: { ...POLICY, history: [], differs: '', signoffs: [], signed: [] } satisfies PolicyInForce,
  sources: { sources: SOURCES.sources, passages: 0 } satisfies Sources,
  checks: { at: CHECKS.at, lines: [] } satisfies Checked,
  pulse: { weeks: [] },
};
