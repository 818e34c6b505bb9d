/** The sidebar's HTTP contract, as values. */

export type Channel = 'email' | 'sms' | 'whatsapp' | 'web';
export type Audience = 'public' | 'internal' | (string & {});

export interface Ticket {
  id: string;
  subject: string;
  status: string;
}

export interface Owner {
  kind: 'assistant' | 'agent' | 'team' | 'none';
  name: string;
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
  sentiment: {
    value: 'negative' | 'neutral' | 'positive';
    score: number;
    confidence: number;
    evidence: string[];
  };
  urgency: { value: 'high' | 'normal' | 'low'; confidence: number; evidence: string[] };
  risks: Risk[];
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
}

export interface Citation {
  article_id: string;
  title: string;
  url: string;
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
  kind: 'cited' | 'courtesy';
  paragraph: number;
  citation: Citation | null;
}

export interface Finding {
  severity: 'warn' | 'block';
  rule: string;
  text: string;
}

export interface Draft {
  id: string;
  language: string;
  confidence: number;
  composer: 'extractive' | 'model';
  state: 'offered' | 'inserted' | 'used' | 'edited' | 'ignored' | 'withdrawn' | 'sent';
  body: string;
  sentences: Sentence[];
  unknown: string[];
  findings: Finding[];
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
}

/** What became of the draft once the agent had replied. */
export interface Adoption {
  state: 'used' | 'edited' | 'ignored';
  /** Words by which the reply differs from the draft. */
  distance: number;
  similarity: number;
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
  abstained: string | null;
  adoption?: Adoption | null;
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
  score: number;
}

export interface Rating {
  thumb: 'up' | 'down';
  reason: string;
  /** Index into the draft's sentences, or null for the draft as a whole. */
  sentence: number | null;
}
