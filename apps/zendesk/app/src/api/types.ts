/** The sidebar's HTTP contract, as values. */

export type Channel = 'email' | 'sms' | 'whatsapp' | 'web' | 'chat' | 'messenger' | 'instagram' | 'voice';
export type Audience = 'public' | 'internal' | (string & {});

export interface Ticket {
  id: string;
  subject: string;
  status: string;
}

export interface Owner {
  kind: 'assistant' | 'agent' | 'team' | 'none';
  name: string;
  since?: string | null;
}

export interface Fact {
  label: string;
  value: string;
  source: string;
}

export interface Customer {
  id: string;
  name: string;
  tier: string;
  email: string | null;
  phone: string | null;
  verified: boolean;
  locale: string;
  time_zone: string;
  since: string | null;
  facts: Fact[];
}

export interface Signals {
  language: { value: string; confidence: number };
  intent: { value: string; label: string; confidence: number };
  /** What else they likely want, in the company's words. */
  also?: string[];
  sentiment: {
    value: 'negative' | 'neutral' | 'positive';
    score: number;
    confidence: number;
    evidence: string[];
  };
  urgency: { value: 'high' | 'normal' | 'low'; confidence: number; evidence: string[] };
  risks: Risk[];
  emotions?: Emotion[];
  facts?: SeenFact[];
}

/** One of the company's matters, as the agent may correct an intent to. */
export interface IntentName {
  value: string;
  label: string;
}

export interface Emotion {
  value: string;
  label: string;
  confidence: number;
  evidence: string[];
}

/** Something read off the conversation or its records, with what shows it. */
export interface SeenFact {
  name: string;
  /** The same in words. */
  title: string;
  label: string;
  amount: number | null;
  confidence: number;
  evidence: string[];
  records: string[];
}

export interface Risk {
  kind: string;
  label: string;
  evidence: string | string[];
}

export interface Entry {
  id: string;
  at: string;
  channel: Channel;
  role: 'customer' | 'agent' | 'assistant' | 'system';
  author: string;
  text: string;
  public: boolean;
  delivery: null | 'sent' | 'delivered' | 'failed' | 'read';
  files?: string[];
  /** The article that an agent picked when they gave the conversation back. */
  instruction?: boolean;
}

export interface Citation {
  article_id: string;
  title: string;
  url: string;
  /** The address at which the very words are marked. */
  link?: string;
  section: string;
  /** Of the part of the article that the passage is; empty at its beginning. */
  heading?: string;
  audience: Audience;
  updated_at: string;
  passage: string;
  quote_start: number;
  quote_end: number;
}

export interface Sentence {
  text: string;
  kind: 'cited' | 'record' | 'courtesy';
  paragraph: number;
  citation: Citation | null;
  /** The fact of the customer's own case that the sentence rests on, such as an order. */
  record?: string | null;
}

export interface Finding {
  severity: 'warn' | 'block';
  rule: string;
  text: string;
  /** Index into the draft's sentences, where one is meant, and the characters of it. */
  sentence?: number | null;
  span?: [number, number] | null;
  remedy?: string;
}

/** A sentence that was written and refused: it is in no reply. */
export interface Struck {
  text: string;
  reason: string;
}

export interface Draft {
  id: string;
  language: string;
  confidence: number;
  composer: 'extractive' | 'model' | 'clarify' | 'procedure';
  state: 'offered' | 'inserted' | 'used' | 'edited' | 'ignored' | 'withdrawn' | 'sent';
  body: string;
  sentences: Sentence[];
  unknown: string[];
  struck?: Struck[];
  findings: Finding[];
}

/** A way out that the company's rules allow for one order, with its sum computed. */
export interface Scenario {
  order: string;
  rule: string;
  label: string;
  /** Why it is not open; empty when it is. */
  closed: string;
  supposes: string;
  source: string;
  amount: string | null;
  steps: { label: string; amount: string }[];
  /** Whose yes is needed first; empty when nobody's. */
  approval: string;
  text: string;
}

export interface Handoff {
  reason: string;
  group: string;
  agent: string | null;
  wants: string;
  tried: string[];
  open: string[];
  summary: string;
  sentiment_trend: number[];
  identity: 'verified' | 'known' | 'unverified';
  /** What could be offered, and what the customer bought, where the handoff is about either. */
  options?: string[];
  history?: string[];
  /** The matters that were read, the likeliest first. */
  intent?: string;
  /** What their last conversation before this one was about. */
  last_issue?: string;
  /** The messages that the summary is made of. */
  sources?: string[];
  /** How the customer was recognised. */
  proof?: string;
  steps?: string[];
  diagnostics?: string[];
  profile?: string[];
  activity?: string[];
  consent?: string[];
  /** Parts that the policy keeps from the team. */
  withheld?: string[];
  reply?: Expected | null;
  ways?: Way[];
}

export type Way = 'here' | 'email' | 'call';

/** What the customer was told of the wait, and what that rests on. */
export interface Expected {
  minutes: number | null;
  promise: string;
  by: string | null;
  opens_at: string | null;
  grounds: string;
}

/** Whichever it is, the brief is a note on the ticket, too. */
export type BriefWay = 'note' | 'side_conversation' | 'slack';

/** What goes to engineers about a ticket, and what is still to be asked for. */
export interface Brief {
  title: string;
  text: string;
  file: string;
  missing: string[];
  /** Where it can go, by the policy. */
  ways: BriefWay[];
  /** How the fault stands, by engineering's own word. */
  status: 'passed_on' | 'news' | 'fixed';
  /** A suggestion of what to tell the customer, in their language. */
  update: string;
}

/** The work after the conversation: as an agent may write it, and what may be chosen instead. */
export interface WrapUpWish {
  text: string;
  disposition: string;
  outcome: string;
  next_step: string;
}

export interface WrapUp extends WrapUpWish {
  dispositions: string[];
  outcomes: string[];
  /** It is written, or somebody objected, since anybody said anything. */
  settled: boolean;
  /** When the policy writes it by itself; null where it does not. */
  writes_at: string | null;
  to_crm: boolean;
  /** What is not settled of the customer's earlier matters. */
  earlier: string[];
}

/** How the assistant is to go on with what an agent gives back. */
export type HandBackWay = 'go_on' | 'say' | 'watch';

/** How far the assistant has led the customer through a procedure of the policy. */
export interface Procedure {
  name: string;
  outcome: 'waiting' | 'person' | 'done' | 'left';
  /** Tries that the customer has been led through. */
  rounds: number;
  /** What a person has to do, because the assistant may not. */
  wants: string[];
  reason: string;
  steps: ProcedureStep[];
}

export interface ProcedureStep {
  kind: string;
  what: string;
  result: string;
}

export interface Decision {
  id: string;
  disposition: 'suggest' | 'auto_reply' | 'handoff' | 'silent';
  rule: string;
  reason: string;
  policy_version: string;
  at: string;
  /** Milliseconds per step of the loop. */
  timings: Record<string, number>;
  model: string | null;
  /** Of the draft; null where there is none. */
  confidence: number | null;
  tier?: number;
  /** How the conversation came to its team and agent, where it was handed over. */
  route?: string | null;
  /** Triggers that had evidence, but not enough for the policy. */
  considered?: string[];
  cost?: Cost | null;
}

/** What language models cost for one decision. */
export interface Cost {
  amount: number;
  currency: string;
  tokens: number;
}

/** What became of the draft once the agent had replied. */
export interface Adoption {
  state: 'used' | 'edited' | 'ignored';
  /** Words by which the reply differs from the draft; null where there was none. */
  distance: number | null;
  similarity: number;
  /** Words by which the reply differs from what was inserted; null where nothing was. */
  inserted?: number | null;
  /** Where what was inserted is from. */
  sources?: InsertedFrom[];
  /** Whether it carried the agent's own note. */
  note?: boolean;
  /** Words by which the reply differs from what a supervisor approved; null where nobody was asked. */
  approved?: number | null;
}

/** What the customer asked last in one place, and what became of it. */
export interface Question {
  message: string;
  /** The first of the customer's messages on the same ticket. */
  first: string;
  text: string;
  channel: Entry['channel'];
  /** Where it is answered; null while there is no ticket. */
  ticket: string | null;
  at: string;
  state: 'open' | 'handed' | 'answered';
  /** Who answered it, or the team that is to. */
  by: string;
  drafted: boolean;
}

/** A question as another conversation has it, quoted so that an agent can compare. */
export interface SuggestedQuestion {
  author: string;
  text: string;
  channel: Entry['channel'];
  ticket: string | null;
  at: string;
}

/** Two conversations that may be one matter; the earlier question first. */
export interface MergeSuggestion {
  id: string;
  questions: SuggestedQuestion[];
}

export interface TicketView {
  version: number;
  state: 'working' | 'ready' | 'silent' | 'none';
  ticket: Ticket;
  owner: Owner;
  customer: Customer | null;
  signals: Signals | null;
  timeline: Entry[];
  draft: Draft | null;
  handoff: Handoff | null;
  decision: Decision | null;
  procedure?: Procedure | null;
  abstained: string | null;
  adoption?: Adoption | null;
  /** The questions of a conversation that has several places; empty where it has one. */
  questions?: Question[];
  /** The ticket that this one goes on with, where that is another. */
  main?: string | null;
  /** What may be one matter with this conversation. */
  suggestions?: MergeSuggestion[];
}

export interface Passage {
  article_id: string;
  title: string;
  url: string;
  section: string;
  heading: string;
  text: string;
  audience: Audience;
  updated_at: string;
  brand: string;
  /** Neither is to be quoted to a customer. */
  expired: boolean;
  stale: boolean;
  score: number;
}

/** The ways of putting the agent's own text in other words. */
export type Revision = 'shorter' | 'friendlier' | 'grammar' | 'translate';

export interface Rewritten {
  text: string;
  changed: boolean;
  /** Why the text is as it was; empty when it changed. */
  reason: string;
  /** What code could not compare and the agent has to, in English; empty when there is nothing. */
  caution: string;
  /** Done by rules and not by a language model: each place that changed, without a word behind it where it was left out. */
  by_rules: boolean;
  differences?: { before: string; after: string }[];
}

/** One step of a draft that is being written. */
export type LiveEvent =
  | { event: 'sentence'; sentence: Sentence }
  | { event: 'struck'; text: string; reason: string }
  | { event: 'replaced'; reason: string }
  | { event: 'failed'; reason: string }
  | { event: 'done'; draft: Draft | null; abstained: string | null };

export type RatingReason = 'wrong' | 'outdated' | 'not_this_case' | 'tone' | 'missing';

export interface Rating {
  thumb: 'up' | 'down';
  reasons: RatingReason[];
  /** In the agent's own words. */
  reason: string;
  /** Index into the draft's sentences, or null for the draft as a whole. */
  sentence: number | null;
  /** The id of the article, where one of the sources is meant. */
  source: string | null;
}

/** What was put into the agent's reply, and where it is from. */
export interface Inserted {
  text: string;
  source: InsertedFrom;
  /** Names the article, macro, ticket or request. */
  ref?: string;
  /** The agent's own words that were put into it. */
  note?: string;
  /** Sentences of the draft that were left out. */
  left_out?: number[];
  /** Internal articles whose warning the agent confirmed. */
  confirmed?: string[];
  /** It was copied by hand because Zendesk did not take it. */
  copied?: boolean;
}

export type InsertedFrom =
  | 'draft'
  | 'edited'
  | 'live'
  | 'approved'
  | 'own'
  | 'article'
  | 'macro'
  | 'similar'
  | 'script'
  | 'scenario';

/** A supervisor's word on one reply. Approval sends nothing: it lets exactly this text be inserted, once. */
export interface ReplyRequest {
  id: string;
  state: 'pending' | 'approved' | 'rejected' | 'expired' | 'withdrawn' | 'used';
  text: string;
  draft: string | null;
  asked_by: string;
  asked_at: string;
  expires_at: string;
  decided_by: string;
  decided_at: string | null;
  /** The supervisor's, where they said no. */
  reason: string;
  /** Where it is asked. */
  channel: string;
  /** The customer has written since, or the rules have changed: it is about something else by now. */
  outdated: boolean;
  /** The articles it rests on that no customer may read. */
  internal: { article_id: string; title: string }[];
}

/** A quote in its place: the words of the article before it, itself, and after it. */
export interface SourceInPlace {
  article_id: string;
  title: string;
  link: string;
  audience: Audience;
  updated_at: string | null;
  before: string;
  quote: string;
  after: string;
  /** The article has changed since the draft was written: these are the words as they were. */
  changed: boolean;
}

/** The weekly question: whether it is to be put now, and what the week before came to (null: too few answered). */
export interface PulseAsked {
  due: boolean;
  last: { helps: number; answered: number; asked: number } | null;
}
