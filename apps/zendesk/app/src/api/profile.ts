/** The contract of who the customer is: facts with their sources, who may be the same person, what was merged. */

export type FactSource = 'agent' | 'orders' | 'billing' | 'crm' | 'analytics' | 'helpdesk' | 'said';

export interface Fact {
  name: string;
  /** The name in words, for what this app has none. */
  label: string;
  /** Empty where an agent took it away. */
  value: string;
  source: FactSource;
  at: string;
  by: string;
  /** The message that says it. */
  message: string | null;
}

export interface KnownFact extends Fact {
  /** What other sources say, where it is something else. */
  others: Fact[];
}

export interface SourceAsked {
  source: string;
  at: string;
  problem: string;
}

export interface Likeness {
  kind: string;
  value: string;
  message: string | null;
}

export interface SamePerson {
  id: string;
  name: string;
  email: string | null;
  phone: string | null;
  tier: string;
  likeness: number;
  links: Likeness[];
}

export interface MergedPerson {
  id: string;
  name: string;
  at: string;
  by: string;
  conversations: number;
}

export interface Proved {
  by: 'number' | 'login' | 'code' | null;
  until: string | null;
  /** A code was sent and is waited for. */
  waiting: boolean;
}

export interface Profile {
  facts: KnownFact[];
  asked: SourceAsked[];
  proved: Proved;
  merges: MergedPerson[];
  proposals: SamePerson[];
}

/** What an agent may do about it. */
export type ProfileAct =
  | { act: 'facts'; name: string; value: string }
  | { act: 'merge' | 'different'; other: string }
  | { act: 'unmerge'; merge: string };
