/** Why messages stand in a conversation, and where they could belong instead. */
export type Ground =
  | 'agent'
  | 'quoted'
  | 'ticket'
  | 'reference'
  | 'answer'
  | 'says_so'
  | 'intent'
  | 'alike'
  | 'vagueness'
  | 'recent';

export interface Joined {
  message: string;
  ground: Ground;
  /** What it rests on: an order number, a question of ours. */
  words: string;
  at: string;
  by: string;
}

export interface OtherThread {
  id: string;
  subject: string;
  ticket: string | null;
  at: string;
}

export interface Moved {
  id: string;
  /** Whether the messages came here; else they went away from here. */
  here: boolean;
  messages: number;
  by: string;
  at: string;
}

export interface Threads {
  joins: Joined[];
  /** The main ticket first. */
  tickets: string[];
  others: OtherThread[];
  moves: Moved[];
}
