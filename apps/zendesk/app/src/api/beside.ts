/** The contract of what helps beside the draft. */
import type { Audience, Channel, Entry } from './types';

export interface NextStep {
  kind: string;
  /** What it is done with: a group, a question, a file. */
  about: string;
  /** The record it rests on: a line of the policy, a reason. */
  why: string;
  evidence: string[];
  act: { doing: 'escalate' | 'search' | 'open' | 'show'; to: string } | null;
  /** Until when, where that was promised. */
  by: string | null;
}

/** A line that must or may be said about this matter. */
export interface ScriptLine {
  name: string;
  text: string;
  must_say: boolean;
  because: string;
  /** Who has said it in public. */
  said_by: string | null;
  /** The draft that is offered says it already. */
  drafted: boolean;
}

export interface Assist {
  steps: NextStep[];
  scripts: ScriptLine[];
}

export interface SolvedTicket {
  ticket: string;
  title: string;
  asked: string;
  answered: string;
  locale: string;
  at: string | null;
  likeness: number;
}

/** A macro's reply; `…` stands where Zendesk fills something in. */
export interface Macro {
  id: string;
  title: string;
  text: string;
  likeness: number;
}

export interface Contact {
  at: string;
  channel: Channel;
  role: Entry['role'];
  author: string;
  text: string;
  subject: string;
  ticket: string | null;
}

export interface OtherConversation {
  id: string;
  ticket: string | null;
  subject: string;
  status: 'open' | 'solved';
  channel: Channel;
  at: string;
  entries: Entry[];
}

/** A message that was sent to the customer without being asked for. */
export interface OutreachSent {
  id: string;
  at: string;
  channel: Channel;
  text: string;
  state: string;
  delivery: Entry['delivery'];
}

export interface Elsewhere {
  /** From -1 to 1, by the message's id. */
  moods: Record<string, number>;
  contact: Contact | null;
  conversations: OtherConversation[];
  outreach: OutreachSent[];
}

export interface Reading {
  value: string;
  label: string;
  confidence: number;
  evidence: string[];
  made_by: string;
}

/** The whole decision. */
export interface Reasons {
  decision: string;
  policy: {
    version: string;
    in_force: boolean;
    by: string | null;
    at: string | null;
    line: { path: string; number: number; text: string } | null;
  };
  intents: Reading[];
  risks: Reading[];
  sentiment: Reading & { mood: number };
  passages: { title: string; heading: string; url: string; audience: Audience; cited: boolean }[];
  agents: {
    agent: string;
    chosen: boolean;
    points: number;
    passed: string | null;
    grounds: { words: string; points: number }[];
  }[];
  model: string | null;
  composer: string | null;
  prompt_hash: string | null;
  costs: { model: string; tier: string; tokens: number; amount: number; currency: string }[];
  /** Where its trace is seen; null where nothing is traced. */
  trace_url?: string | null;
}

/** A conversation in a few lines, each with words of the message that it rests on; `unavailable` says why there is none. */
export interface ThreadSummary {
  lines: { text: string; message: string; quote: string }[];
  struck: number;
  unavailable: string;
}

/** `differs` is what figures, dates and addresses are not the same in both; empty where none. */
export interface TranslatedMessage {
  message: string;
  text: string;
  differs: string;
}
