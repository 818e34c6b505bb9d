/** What can be done for the customer in the company's own systems. */
export interface ActionInput {
  name: string;
  says: string;
  kind: 'id' | 'ids' | 'money' | 'whole' | 'text' | 'choice' | 'email' | 'flag';
  value: string;
  options: { value: string; says: string }[];
  optional: boolean;
  /** Of a text, in characters. */
  most: number;
}

export interface Change {
  says: string;
  before: string;
  after: string;
}

/** One action as it stands now. With a `digest` exactly this may be asked for. */
export interface Doable {
  name: string;
  says: string;
  fits: boolean;
  possible: boolean;
  why: string;
  inputs: ActionInput[];
  /** The names of inputs that are still missing. */
  needs: string[];
  changes: Change[];
  digest: string | null;
  approver: 'agent' | 'supervisor' | 'two' | null;
  /** What the policy has the customer asked before, in their language; may be empty. */
  question: string;
  /** What a picture has to show, which the agent says that they have seen. */
  picture: string | null;
  can_undo: boolean;
}

export type RunState = 'awaiting' | 'ready' | 'done' | 'refused' | 'unclear' | 'rejected' | 'expired';

/** Something that was asked for here, and what came of it. */
export interface Run {
  id: string;
  name: string;
  says: string;
  state: RunState;
  why: string;
  by: string;
  approved_by: string[];
  asked_at: string;
  expires_at: string;
  settled_at: string | null;
  inputs: string[];
  changes: Change[];
  /** Of what changes nothing, such as diagnostics: line by line what it found. */
  found: string[];
  undo: { says: string; until: string } | null;
  undone: boolean;
  undoes: string | null;
}

export type Filled = Record<string, string>;

export interface Doing {
  input: Filled;
  digest: string;
  /** Names this press of the button: the same one twice is one. */
  click: string;
  seen: boolean;
}
