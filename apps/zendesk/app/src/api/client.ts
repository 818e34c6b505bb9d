import { type Bearer, unrenewed } from '../session';
import { linesOf } from './lines';
import type { LiveCall } from './call';
import type { Coaching, Hint } from './coaching';
import type { Doable, Doing, Filled, Run } from './doing';
import type { Keeping, KeptCase } from './suite';
import type { Threads } from './threads';
import type { Assist, Elsewhere, Macro, Reasons, SolvedTicket, ThreadSummary, TranslatedMessage } from './beside';
import type {
  Brief,
  BriefWay,
  Finding,
  HandBackWay,
  Inserted,
  IntentName,
  LiveEvent,
  Passage,
  PulseAsked,
  Rating,
  ReplyRequest,
  Revision,
  Rewritten,
  Scenario,
  SourceInPlace,
  TicketView,
  WrapUp,
  WrapUpWish,
} from './types';
import type { Profile, ProfileAct } from './profile';
import { Together } from './together';
import { ApiProblem, isRecord, json, type Send, Wire } from './wire';

export { ApiProblem, FINAL, problemOf } from './wire';

/** A language model takes its time, and so may a company's system. */
const WRITING_MS = 60_000;
const DOING_MS = 40_000;

/** Speaks the sidebar's HTTP contract. Every method resolves with the answer or rejects with `ApiProblem`. */
export class SidebarApi {
  private readonly wire: Wire;
  private readonly together = new Together((path) => this.call('GET', path));

  constructor(
    bearer: Bearer | string,
    send: Send = (url, init) => fetch(url, init),
    base = `${import.meta.env.BASE_URL}api`,
    language = 'en',
  ) {
    this.wire = new Wire(typeof bearer === 'string' ? unrenewed(bearer) : bearer, send, base, language);
  }

  /** The ticket as the web sees it, or null when nothing changed since version `after`. */
  async view(ticketId: string, after: number | null, signal: AbortSignal): Promise<TicketView | null> {
    const query = after === null ? '' : `?after=${after}`;
    const answer = await this.call('GET', `${ticket(ticketId)}${query}`, undefined, signal);
    return answer.status === 204 ? null : readView(await json(answer));
  }

  /** What went into the agent's reply; it is compared with what is sent. `draftId` where it came from a draft. */
  async inserted(ticketId: string, draftId: string | null, what: Inserted): Promise<void> {
    await this.call('POST', `${draftId === null ? ticket(ticketId) : draft(ticketId, draftId)}/inserted`, what);
  }

  async rate(ticketId: string, draftId: string, rating: Rating): Promise<void> {
    await this.call('POST', `${draft(ticketId, draftId)}/rating`, rating);
  }

  /** One sentence's quote with the words of the article around it. */
  async source(ticketId: string, draftId: string, sentence: number): Promise<SourceInPlace> {
    const found = await json(await this.call('GET', `${draft(ticketId, draftId)}/sentences/${sentence}/source`));
    if (!isRecord(found) || typeof found.quote !== 'string') throw new ApiProblem('unavailable');
    // Whether sources are read is worth knowing; a look that could not be noted is no problem of the agent's.
    void this.call('POST', `${draft(ticketId, draftId)}/opened`, { sentence }).catch(() => undefined);
    return found as unknown as SourceInPlace;
  }

  /** The newest request for a supervisor's word on this ticket; null where nobody has asked. */
  async request(ticketId: string, signal?: AbortSignal): Promise<ReplyRequest | null> {
    const found = await this.together.ask(ticket(ticketId), 'request', `${ticket(ticketId)}/request`);
    signal?.throwIfAborted();
    return requestIn(found);
  }

  /** Ask a supervisor for their word on a text. The same text asked twice is one request. */
  async askApproval(ticketId: string, text: string, draftId: string | null): Promise<ReplyRequest> {
    const found = await json(await this.call('POST', `${ticket(ticketId)}/request`, { text, draft: draftId }));
    const asked = requestIn(found);
    if (asked === null) throw new ApiProblem('unavailable');
    return asked;
  }

  /** Spend an approval: true where exactly this text may be inserted now, once. */
  async useApproval(ticketId: string, id: string): Promise<{ granted: boolean; request: ReplyRequest | null }> {
    const found = await json(await this.call('POST', `${ticket(ticketId)}/request/${encodeURIComponent(id)}/use`, {}));
    return { granted: isRecord(found) && found.granted === true, request: requestIn(found) };
  }

  async withdrawRequest(ticketId: string, id: string): Promise<ReplyRequest | null> {
    const path = `${ticket(ticketId)}/request/${encodeURIComponent(id)}/withdraw`;
    return requestIn(await json(await this.call('POST', path, {})));
  }

  /** The newest call of this ticket's conversation; null where there is none. The `first` time a panel asks, it is
   * asked for with what else stands beside the ticket; a call that goes on is waited for by nothing else. */
  async liveCall(ticketId: string, first: boolean, signal?: AbortSignal): Promise<LiveCall | null> {
    const path = `${ticket(ticketId)}/call`;
    const found = first ? await this.together.ask(ticket(ticketId), 'call', path) : await json(await this.call('GET', path));
    signal?.throwIfAborted();
    if (!isRecord(found)) throw new ApiProblem('unavailable');
    return (found.call ?? null) as LiveCall | null;
  }

  /** Why messages stand in this conversation, and where they could belong instead. */
  async threads(ticketId: string): Promise<Threads> {
    const found = await this.together.ask(ticket(ticketId), 'threads', `${ticket(ticketId)}/threads`);
    if (!isRecord(found) || !Array.isArray(found.joins)) throw new ApiProblem('unavailable');
    return found as unknown as Threads;
  }

  /** The message and what came after it belong to another conversation; null: to a new one. */
  async move(ticketId: string, message: string, to: string | null): Promise<void> {
    await this.call('POST', `${ticket(ticketId)}/threads/move`, { message, to });
  }

  /** The two conversations of a suggestion are one; resolves to the move, which can be put back. */
  async merge(ticketId: string, suggestion: string): Promise<string> {
    const found = await json(await this.call('POST', `${ticket(ticketId)}/threads/merge`, { suggestion }));
    if (!isRecord(found) || typeof found.id !== 'string') throw new ApiProblem('unavailable');
    return found.id;
  }

  async keepApart(ticketId: string, suggestion: string): Promise<void> {
    await this.call('POST', `${ticket(ticketId)}/threads/apart`, { suggestion });
  }

  async moveBack(ticketId: string, move: string): Promise<void> {
    await this.call('POST', `${ticket(ticketId)}/threads/undo`, { move });
  }

  /** What can be done now in the company's systems, and why the rest cannot. They are asked, which takes a while. */
  async doable(ticketId: string): Promise<Doable[]> {
    const found = await json(await this.call('GET', `${ticket(ticketId)}/actions`, undefined, undefined, DOING_MS));
    return listed<{ actions: Doable[] }>(found, 'actions').actions;
  }

  /** What the filled form would change. */
  async examineAction(ticketId: string, name: string, input: Filled): Promise<Doable> {
    const path = `${ticket(ticketId)}/actions/${encodeURIComponent(name)}/examine`;
    return listed<Doable>(await json(await this.call('POST', path, { input }, undefined, DOING_MS)), 'inputs');
  }

  async runAction(ticketId: string, name: string, doing: Doing): Promise<void> {
    const path = `${ticket(ticketId)}/actions/${encodeURIComponent(name)}/run`;
    await this.call('POST', path, doing, undefined, DOING_MS);
  }

  async actionRuns(ticketId: string, signal: AbortSignal): Promise<Run[]> {
    const found = await json(await this.call('GET', `${ticket(ticketId)}/actions/runs`, undefined, signal));
    return listed<{ runs: Run[] }>(found, 'runs').runs;
  }

  async undoAction(ticketId: string, run: string): Promise<void> {
    const path = `${ticket(ticketId)}/actions/runs/${encodeURIComponent(run)}/undo`;
    await this.call('POST', path, {}, undefined, DOING_MS);
  }

  async escalate(ticketId: string, group: string, note: string): Promise<void> {
    await this.call('POST', `${ticket(ticketId)}/escalate`, { group, note });
  }

  async handBack(ticketId: string, how: HandBackWay, text = '', article = ''): Promise<void> {
    await this.call('POST', `${ticket(ticketId)}/hand_back`, { how, ...(text && { text }), ...(article && { article }) });
  }

  async takeOver(ticketId: string): Promise<void> {
    await this.call('POST', `${ticket(ticketId)}/take_over`, {});
  }

  async brief(ticketId: string): Promise<Brief> {
    return this.found<Brief>(`${ticket(ticketId)}/brief`, 'missing');
  }

  /** The brief to engineering. */
  async passBriefOn(ticketId: string, to: BriefWay): Promise<void> {
    await this.call('POST', `${ticket(ticketId)}/brief`, { to });
  }

  async wrapUp(ticketId: string): Promise<WrapUp> {
    return this.found<WrapUp>(`${ticket(ticketId)}/wrap_up`, 'dispositions');
  }

  async writeWrapUp(ticketId: string, wish: WrapUpWish): Promise<void> {
    await this.call('POST', `${ticket(ticketId)}/wrap_up`, wish);
  }

  /** It is not written by itself. */
  async objectToWrapUp(ticketId: string): Promise<void> {
    await this.call('POST', `${ticket(ticketId)}/wrap_up/object`, {});
  }

  async search(ticketId: string, words: string): Promise<Passage[]> {
    const query = new URLSearchParams({ q: words, ticket: ticketId });
    const found = await json(await this.call('GET', `/search?${query}`));
    if (!isRecord(found) || !Array.isArray(found.results)) throw new ApiProblem('unavailable');
    return found.results as Passage[];
  }

  async scenarios(ticketId: string): Promise<Scenario[]> {
    const found = await this.together.ask(ticket(ticketId), 'scenarios', `${ticket(ticketId)}/scenarios`);
    if (!isRecord(found) || !Array.isArray(found.scenarios)) throw new ApiProblem('unavailable');
    return found.scenarios as Scenario[];
  }

  async chosen(ticketId: string, { order, rule }: Scenario): Promise<void> {
    const place = [order, rule].map(encodeURIComponent).join('/');
    await this.call('POST', `${ticket(ticketId)}/scenarios/${place}/chosen`, {});
  }

  /** The company's intents, as an agent may correct to them. */
  async intents(): Promise<IntentName[]> {
    const found = await json(await this.call('GET', '/intents'));
    if (!isRecord(found) || !Array.isArray(found.intents)) throw new ApiProblem('unavailable');
    return found.intents as IntentName[];
  }

  /** `decision` is the one that the agent was looking at: a newer one is about other words. */
  async correctIntent(ticketId: string, intent: string, decision: string | null): Promise<void> {
    await this.call('POST', `${ticket(ticketId)}/intent`, { intent, decision });
  }

  /** Why nothing can be rewritten here; empty when it can. */
  async unavailable(): Promise<string> {
    const found = await this.together.ask('', 'writing', '/writing');
    if (!isRecord(found) || !isRecord(found.rewrite)) throw new ApiProblem('unavailable');
    return String(found.rewrite.unavailable ?? '');
  }

  async rewrite(ticketId: string, text: string, revision: Revision, to = ''): Promise<Rewritten> {
    const path = `${ticket(ticketId)}/rewrite`;
    const found = await json(await this.call('POST', path, { text, revision, to }, undefined, WRITING_MS));
    if (!isRecord(found) || typeof found.text !== 'string') throw new ApiProblem('unavailable');
    return found as unknown as Rewritten;
  }

  async summary(ticketId: string, to: string): Promise<ThreadSummary> {
    const path = `${ticket(ticketId)}/summary?to=${to}`;
    const found = await json(await this.call('GET', path, undefined, undefined, WRITING_MS));
    if (!isRecord(found) || !Array.isArray(found.lines)) throw new ApiProblem('unavailable');
    return found as unknown as ThreadSummary;
  }

  async translation(ticketId: string, to: string): Promise<{ messages: TranslatedMessage[]; unavailable: string }> {
    const path = `${ticket(ticketId)}/translation?to=${to}`;
    const found = await json(await this.call('GET', path, undefined, undefined, WRITING_MS));
    if (!isRecord(found) || !Array.isArray(found.messages)) throw new ApiProblem('unavailable');
    return found as unknown as { messages: TranslatedMessage[]; unavailable: string };
  }

  async review(ticketId: string, text: string): Promise<Finding[]> {
    const found = await json(await this.call('POST', `${ticket(ticketId)}/review`, { text }));
    if (!isRecord(found) || !Array.isArray(found.findings)) throw new ApiProblem('unavailable');
    return found.findings as Finding[];
  }

  /** Whether hints are given while they write; and those of a matter that has ended, for who answered in it. */
  async coaching(ticketId: string): Promise<Coaching> {
    const found = await this.together.ask(ticket(ticketId), 'coaching', `${ticket(ticketId)}/coaching`);
    if (!isRecord(found) || typeof found.while_writing !== 'boolean') throw new ApiProblem('unavailable');
    return found as unknown as Coaching;
  }

  /** Hints on a text that is being written; it is read and forgotten. */
  async typed(ticketId: string, text: string): Promise<Hint[]> {
    const found = await json(await this.call('POST', `${ticket(ticketId)}/coaching`, { text }));
    return listed<{ hints: Hint[] }>(found, 'hints').hints;
  }

  /** Whether to put the weekly question to this agent now. */
  async pulse(): Promise<PulseAsked> {
    const found = await json(await this.call('GET', '/pulse'));
    if (!isRecord(found) || typeof found.due !== 'boolean') throw new ApiProblem('unavailable');
    return found as unknown as PulseAsked;
  }

  async pulseDid(did: 'shown' | 'later' | 'answered', helps?: number): Promise<void> {
    await this.call('POST', '/pulse', { did, helps });
  }

  /** One section of the overview, for those who lead. */
  async overview<T>(section: string, signal: AbortSignal): Promise<T> {
    const found = await json(await this.call('GET', `/overview/${section}`, undefined, signal));
    if (!isRecord(found)) throw new ApiProblem('unavailable');
    return found as T;
  }

  /** Make a decided ticket a case of the regression suite, or an exercise. */
  async keepCase(ticketId: string, as: Keeping): Promise<KeptCase> {
    const found = await json(await this.call('POST', `${ticket(ticketId)}/${as}`, {}));
    if (!isRecord(found) || typeof found.name !== 'string') throw new ApiProblem('unavailable');
    return found as unknown as KeptCase;
  }

  /** Send what did not reach a customer again, or dismiss it. */
  async settleParked(id: string, wish: 'send' | 'dismiss'): Promise<void> {
    await this.call('POST', `/overview/parked/${encodeURIComponent(id)}`, { wish });
  }

  /** Accept, edit or refuse what is proposed, or take an accepted rule of style back. */
  async ruleOnProposal(id: string, ruling: { wish: string; says?: string; why?: string }): Promise<void> {
    await this.call('POST', `/overview/proposals/${encodeURIComponent(id)}`, ruling);
  }

  /** The draft as it is being written, step by step. Ends when the draft is done or `signal` is aborted. */
  async *compose(ticketId: string, signal: AbortSignal): AsyncGenerator<LiveEvent> {
    const answer = await this.call('POST', `${ticket(ticketId)}/compose`, {}, signal, WRITING_MS);
    if (!answer.body) throw new ApiProblem('unavailable');
    for await (const line of linesOf(answer.body)) yield JSON.parse(line) as LiveEvent;
  }

  /** What to do next, and what must or may be said. */
  async assist(ticketId: string): Promise<Assist> {
    const found = await this.together.ask(ticket(ticketId), 'assist', `${ticket(ticketId)}/assist`);
    return listed<Assist>(found, 'steps');
  }

  async similar(ticketId: string): Promise<SolvedTicket[]> {
    return (await this.found<{ tickets: SolvedTicket[] }>(`${ticket(ticketId)}/assist/similar`, 'tickets')).tickets;
  }

  async macros(ticketId: string): Promise<Macro[]> {
    return (await this.found<{ macros: Macro[] }>(`${ticket(ticketId)}/assist/macros`, 'macros')).macros;
  }

  /** The customer besides this ticket, and the mood of each of its messages. */
  async elsewhere(ticketId: string): Promise<Elsewhere> {
    const found = await this.together.ask(ticket(ticketId), 'elsewhere', `${ticket(ticketId)}/elsewhere`);
    return listed<Elsewhere>(found, 'conversations');
  }

  /** Who the customer is; systems that were not asked lately are asked. */
  async profile(ticketId: string): Promise<Profile> {
    return listed<Profile>(await this.together.ask(ticket(ticketId), 'profile', `${ticket(ticketId)}/profile`), 'facts');
  }

  /** The profile after what the agent did about it. */
  async changeProfile(ticketId: string, { act, ...what }: ProfileAct): Promise<Profile> {
    return listed<Profile>(await json(await this.call('POST', `${ticket(ticketId)}/profile/${act}`, what)), 'facts');
  }

  async why(ticketId: string): Promise<Reasons> {
    return this.found<Reasons>(`${ticket(ticketId)}/why`, 'intents');
  }

  /** One answer of the contract, known by a list that it always has. */
  private async found<T>(path: string, list: string): Promise<T> {
    return listed<T>(await json(await this.call('GET', path)), list);
  }

  private call(method: string, path: string, body?: unknown, signal?: AbortSignal, most?: number): Promise<Response> {
    return this.wire.call(method, path, body, signal, most);
  }
}

const ticket = (id: string) => `/tickets/${encodeURIComponent(id)}`;
const draft = (ticketId: string, id: string) => `${ticket(ticketId)}/drafts/${encodeURIComponent(id)}`;

function listed<T>(found: unknown, list: string): T {
  if (!isRecord(found) || !Array.isArray(found[list])) throw new ApiProblem('unavailable');
  return found as T;
}

function requestIn(found: unknown): ReplyRequest | null {
  if (!isRecord(found) || !('request' in found)) throw new ApiProblem('unavailable');
  return isRecord(found.request) ? (found.request as unknown as ReplyRequest) : null;
}

function readView(value: unknown): TicketView {
  if (!isRecord(value) || typeof value.version !== 'number' || !isRecord(value.ticket)) {
    throw new ApiProblem('unavailable');
  }
  return value as unknown as TicketView;
}
