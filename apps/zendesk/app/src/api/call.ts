/** The contract of the call beside a ticket. */

export type CallStage = 'assistant' | 'transfer' | 'person' | 'ended';

export interface CallLine {
  key: string;
  role: 'customer' | 'agent';
  text: string;
  at: string;
  mood: number | null;
}

export interface CallKnowledge {
  title: string;
  url: string;
  text: string;
  score: number;
}

export interface CallScript {
  name: string;
  text: string;
  must_say: boolean;
  because: string;
  said: boolean;
}

export interface LiveCall {
  sid: string;
  stage: CallStage;
  number: string;
  group: string;
  language: string;
  started_at: string;
  ended_at: string | null;
  outcome: string;
  seconds: number;
  /** Triggers of which the supervisors were told. */
  raised: string[];
  lines: CallLine[];
  moods: number[];
  /** The words that `knowledge` answers. */
  asked: string;
  knowledge: CallKnowledge[];
  scripts: CallScript[];
}
