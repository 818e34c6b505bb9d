import type { Channel } from '../api/types';

/** What the web tells those who lead; see apps/zendesk/overview_rows.py and policies.py. */

export interface Share {
  hits: number;
  cases: number;
  value: number | null;
  /** Wilson's interval at 95 %. */
  low: number;
  high: number;
  /** Whether there are enough cases for the share to say something. */
  enough: boolean;
}

export const ACTIONS = ['suggest', 'auto_reply', 'handoff', 'silent'] as const;
export type Action = (typeof ACTIONS)[number];

export interface Handed {
  rule: string;
  /** The rule in words, as far as there are any. */
  name: string;
  label: string;
  team: string;
  count: number;
}

export interface Adopted {
  intent: string;
  label: string;
  used: number;
  edited: number;
  ignored: number;
  taken: Share;
  /** The median of words changed, of `edits` drafts. */
  words: number | null;
  edits: number;
}

export interface Rated {
  thumb: 'up' | 'down';
  count: number;
  /** How many came with words of the agent's own. */
  said: number;
  /** A rating may have several. */
  reasons: { reason: string; count: number }[];
}

/** Milliseconds. */
export interface Waits {
  cases: number;
  p50: number;
  p95: number;
  enough: boolean;
}

export interface Costs {
  currency: string;
  total: number;
  decisions: number;
  days: number[];
}

export interface WorkDone {
  days: string[];
  decisions: number;
  actions: Record<Action, number[]>;
  handed_over: Handed[];
  abstained: Share;
  adoption: Adopted & { open: number; withdrawn: number; sent: number; intents: Adopted[] };
  ratings: Rated[];
  waits: { all: Waits | null; days: (Waits | null)[] };
  costs: Costs[];
}

export interface Backlog {
  states: Record<string, number>;
  late: number;
  since: string | null;
}

export interface Queues {
  at: string;
  events: Backlog;
  effects: Backlog;
  undelivered: number;
  waiting: { team: string; agent: string; count: number; since: string }[];
}

/** A message that did not reach a customer. `unclear`: the vendor may have it all the same. */
export interface ParkedMessage {
  id: string;
  who: string;
  channel: Channel;
  to: string;
  text: string;
  why: string;
  since: string;
  ticket: string;
  unclear: boolean;
}

export interface Parked {
  parked: ParkedMessage[];
}

export interface Workers {
  queue: boolean;
  workers: number;
}

export interface Sources {
  sources: { name: string; connected: boolean; heard_at: string | null }[];
  passages: number;
}

export type CheckState = 'ok' | 'warning' | 'failing' | 'skipped';

export interface CheckLine {
  section: string;
  check: string;
  state: CheckState;
  found: string;
  /** What to do; empty where nothing is. */
  fix: string;
}

export interface Checked {
  at: string;
  lines: CheckLine[];
}

export interface Gap {
  question: string;
  count: number;
  conversations: number;
  first_at: string;
  last_at: string;
  language: string;
  intent: string;
  wordings: string[];
  ticket: string | null;
  nearest: { title: string; score: number } | null;
}

export interface Gaps {
  questions: number;
  /** The newest of them, which were compared with each other. */
  read: number;
  groups: number;
  shown: Gap[];
}

export interface PulseWeek {
  week: string;
  asked: number;
  answered: number;
  /** How many said 1 to 5; null where so few answered that it would say who. */
  counts: number[] | null;
  helps: Share | null;
}

export interface OwnerRow {
  /** Empty: the row for everything else. */
  intent: string;
  label: string;
  way: 'assistant' | 'proactive' | 'assistant_with_fallback' | 'hybrid' | 'human';
  group: string;
  tier: number;
  why: string;
  automatic_from: number;
  shadow: boolean;
}

export interface TriggerRow {
  name: string;
  label: string;
  why: string;
  group: string;
  tier: number;
  threshold: number;
  unit: 'confidence' | 'degree' | 'fall' | 'count' | 'minutes' | 'none';
  alert: boolean;
  first: boolean;
}

export interface Enacted {
  version: string;
  how: 'started' | 'applied' | 'restored';
  by: string;
  at: string;
  note: string;
  replaced: string | null;
}

export interface PolicyInForce {
  version: string;
  history: Enacted[];
  older: number;
  /** How the file differs from what is in force; empty where it does not. */
  differs: string;
  limits: {
    automatic: string[];
    confidence: number;
    shadow: string[];
    approvers: string[];
    per_day: number | null;
    currency: string;
  };
  owners: OwnerRow[];
  triggers: TriggerRow[];
  signoffs: { section: string; roles: { role: string; people: string[] }[] }[];
  signed: { section: string; role: string; person: string; version: string; at: string }[];
}

export interface PolicyText {
  version: string;
  at: string;
  text: string;
}

export type Period = 7 | 30;

/** What matters are told apart by in the report; agents are left out on purpose. */
export const CUTS = ['intent', 'channel', 'tier', 'language', 'automation', 'group', 'brand', 'rule', 'month'] as const;
export type Cut = (typeof CUTS)[number];

export interface Measure {
  name: string;
  title: string;
  short: string;
  /** What it is a share of. */
  of: string;
  side: string;
  better: 'up' | 'down' | '';
}

export interface Part {
  hits: number;
  cases: number;
  value: number | null;
  low: number;
  high: number;
}

export interface Scored {
  measure: string;
  now: Part;
  before: Part;
  change: { value: number; low: number; high: number } | null;
  /** More than chance, over all measures. */
  sure: boolean;
  better: boolean | null;
}

/** Seconds. */
export interface Middle {
  median: number;
  p90: number;
  cases: number;
}

export interface Tally {
  matters: number;
  seconds: Record<string, Middle>;
}

/** From -100 to 100; null of fewer than two answers. */
export interface Promoters {
  score: number | null;
  low: number | null;
  high: number | null;
  cases: number;
}

export interface GroupRow extends Tally {
  key: string;
  label: string;
  shares: Record<string, Part>;
  /** By measure: whether it is worse than all other groups together; null where nobody says which way is better. */
  marked: Record<string, boolean | null>;
}

export interface Mark {
  by: Cut;
  key: string;
  label: string;
  measure: string;
  share: Part;
  rest: Part;
  worse: boolean | null;
}

export interface Wave {
  by: Cut;
  key: string;
  label: string;
  since: string;
  until: string;
  count: number;
  usual: number;
}

export interface ReportFound {
  waiting: number;
  all: Tally & { net_promoters: Promoters };
  before: Tally & { net_promoters: Promoters };
  /** Cases below which a share says little. */
  fewest: number;
  measures: Measure[];
  columns: string[];
  scorecard: Scored[];
  cost: { currency: string; models: number; minutes: number } | null;
  marks: Mark[];
  waves: Wave[];
  by: Cut;
  compared: boolean;
  groups: GroupRow[];
  more: number;
}

export interface Pictures {
  pictures: { name: string; wide: boolean; title: string; svg: string }[];
  unavailable: string;
}

export interface Conversations {
  counted: boolean;
  conversations: { conversation: string; ticket: string | null; began_at: string; channel: string; intent: string; team: string }[];
  withheld: number;
  more: boolean;
}

export const PROPOSAL_STATES = ['open', 'accepted', 'refused'] as const;
export type ProposalState = (typeof PROPOSAL_STATES)[number];
export type ProposalKind =
  | 'style_rule'
  | 'policy_line'
  | 'article_change'
  | 'article_new'
  | 'intent_examples'
  | 'trigger_missed'
  | 'trigger_false'
  | 'intent_new'
  | 'intent_split'
  | 'intent_merge'
  | 'intent_retire';
export type ProposalWish = 'accept' | 'edit' | 'refuse' | 'back';

/** See apps/zendesk/proposals.py. */
export interface Proposal {
  id: string;
  kind: ProposalKind;
  state: ProposalState;
  title: string;
  /** What comes into force; empty where something is taken out. */
  says: string;
  matters: number;
  could: number;
  agents: number;
  customers: number;
  /** What it would have changed, as the rest of a sentence. */
  effect: string;
  decided_by: string;
  decided_at: string | null;
  outcome: string;
  /** Whether it can be taken back from here. */
  back: boolean;
  /** Of an article: which tickets each of its sentences comes from. */
  sources: { sentence: string; tickets: string[] }[];
  /** Of one that was asked for by itself. */
  evidence?: { ticket: string; agent: string; at: string; before: string; after: string }[];
}

export interface Proposals {
  proposals: Proposal[];
  all: number;
  /** Whether whoever asked may decide about them. */
  may: boolean;
}

export interface AboutArticle {
  article: string;
  title: string;
  url: string;
  updated_at: string | null;
}

/** Why an article may be stale; see apps/zendesk/article_costs.py. */
export type ArticleSign = 'contradicted' | 'old' | 'rated_down';
export type ArticleCost = 'contradicted' | 'changed' | 'taken_out' | 'rated_down' | 'escalated' | 'ignored';

export interface CostlyArticle extends AboutArticle {
  key: string;
  signs: ArticleSign[];
  /** Tickets in which drafts rested on it. */
  matters: number;
  tickets: number;
}

export interface CostlyPair {
  key: string;
  articles: [AboutArticle, AboutArticle];
  /** The sentences that contradict each other, the first article's first. */
  passages: [string, string][];
  tickets: number;
}

export interface CostlyArticles {
  since: string;
  drafts: number;
  articles: CostlyArticle[];
  pairs: CostlyPair[];
  more: number;
}

export interface CostlyTickets {
  tickets: { ticket: string; agent: string; at: string; how: ArticleCost; before: string; after: string }[];
  /** In tickets that Zendesk does not show whoever asks. */
  withheld: number;
  more: boolean;
}
