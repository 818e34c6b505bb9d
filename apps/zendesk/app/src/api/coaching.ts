/** The contract of the hints on an agent's own words. */

export interface Hint {
  kind: 'promise' | 'rule' | 'asked_again' | 'due' | 'open' | 'fell' | 'rose';
  /** What is wrong with the words; of a line that is due the matter that asks for it. */
  text: string;
  /** What it is about: the agent's own words, the line to say, what the customer told or asked. */
  words: string;
  remedy: string;
  /** The message that it was found in. */
  about: string | null;
}

export interface Coaching {
  /** Whether hints are given while the agent writes. */
  while_writing: boolean;
  /** Of a matter that has ended, for who answered in it; null for everybody else. */
  afterwards: Hint[] | null;
}
