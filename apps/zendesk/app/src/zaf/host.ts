import type { ZafClient } from './client';
import { isRich, plainOf, richOf } from './rich';

/** Zendesk said no: nothing happened, another way may be tried. */
export class HostRefused extends Error {
  override readonly name = 'HostRefused';
}

/** Zendesk did not answer: the thing may have happened, so it must not be tried again another way. */
export class HostSilent extends Error {
  override readonly name = 'HostSilent';
}

/** The agent has typed on: what was read is not what would be replaced. */
export class HostChanged extends Error {
  override readonly name = 'HostChanged';
}

/** What stands in the reply: as Zendesk holds it (HTML where the editor is a rich one), and as plain text. */
export interface Composed {
  raw: string;
  text: string;
}

export interface Place {
  location: string;
  ticketId: string | null;
}

const PATIENCE_MS = 6_000;

/** Zendesk around us, in our words. */
export class Host {
  /** Where the app was opened. Build the host right after the client: the library tells this only once. */
  readonly place: Promise<Place>;

  constructor(
    private readonly client: ZafClient,
    private readonly patienceMs = PATIENCE_MS,
  ) {
    this.place = new Promise((resolve) => {
      client.on('app.registered', (payload) => resolve(placeOf(payload)));
    });
  }

  /** One value of the page, or null when Zendesk does not have it. */
  async read(path: string): Promise<unknown> {
    try {
      const answer = await this.ask(() => this.client.get(path));
      return record(answer)[path] ?? null;
    } catch {
      return null;
    }
  }

  async ticketId(place: Place): Promise<string | null> {
    const id = (await this.read('ticket.id')) ?? place.ticketId;
    return id === null ? null : String(id);
  }

  async groups(): Promise<string[]> {
    try {
      const answer = record(await this.ask(() => this.client.request({ url: '/api/v2/groups.json', type: 'GET' })));
      const groups = Array.isArray(answer.groups) ? answer.groups : [];
      return groups.map((group: unknown) => record(group).name).filter((name) => typeof name === 'string');
    } catch {
      return [];
    }
  }

  /**
   * Put text into the reply the agent is writing, at the cursor where Zendesk can, else at its end.
   * Rejects with `HostRefused` when no way worked and with `HostSilent` when it may have.
   */
  async insert(text: string): Promise<void> {
    const ways = [
      () => this.client.invoke('ticket.editor.insert', text),
      () => this.client.invoke('ticket.comment.appendText', text),
      () => this.append(text),
    ];
    for (const way of ways) {
      try {
        await this.ask(way);
        return;
      } catch (error) {
        if (!(error instanceof HostRefused)) throw error;
      }
    }
    throw new HostRefused('Zendesk offers no way to write into the reply');
  }

  /** What the agent has typed so far; null when Zendesk does not tell. */
  async composed(): Promise<Composed | null> {
    const raw = await this.read('ticket.comment.text');
    return typeof raw === 'string' ? { raw, text: plainOf(raw) } : null;
  }

  /**
   * Put a text in the place of what the agent has typed. Rejects with `HostChanged`, and changes nothing, when they
   * have typed on since `before` was read; else as `insert` does.
   */
  async recompose(text: string, before: Composed): Promise<void> {
    const now = await this.composed();
    if (now === null) throw new HostRefused('Zendesk does not show the reply');
    if (now.raw !== before.raw) throw new HostChanged('the reply has changed');
    await this.ask(() => this.client.set('ticket.comment.text', isRich(now.raw) ? richOf(text) : text));
  }

  /** A macro's reply as Zendesk fills it in for this agent and ticket; null where it does not say. */
  async macroText(ticketId: string, macroId: string): Promise<string | null> {
    const url = `/api/v2/tickets/${encodeURIComponent(ticketId)}/macros/${encodeURIComponent(macroId)}/apply.json`;
    try {
      const answer = record(await this.ask(() => this.client.request({ url, type: 'GET' })));
      const { body } = record(record(record(answer.result).ticket).comment);
      return typeof body === 'string' && body.trim() ? body : null;
    } catch {
      return null;
    }
  }

  /** Show another ticket to the agent, in Zendesk's own tab for it. Rejects as `insert` does. */
  async openTicket(ticketId: string): Promise<void> {
    await this.ask(() => this.client.invoke('routeTo', 'ticket', ticketId));
  }

  notify(text: string, kind: 'notice' | 'alert' | 'error'): void {
    void this.ask(() => this.client.invoke('notify', text, kind)).catch(() => undefined);
  }

  resize(height: number): void {
    const size = { width: '100%', height: `${height}px` };
    void this.ask(() => this.client.invoke('resize', size)).catch(() => undefined);
  }

  /** Listen to an event of the page; the answer stops listening. */
  on(event: string, listener: (payload?: unknown) => void): () => void {
    this.client.on(event, listener);
    return () => this.client.off(event, listener);
  }

  private async append(text: string): Promise<unknown> {
    // Setting replaces what the agent already wrote, so it is read first and kept.
    const written = await this.read('ticket.comment.text');
    const before = typeof written === 'string' && written.trim() ? `${written}\n\n` : '';
    return this.client.set('ticket.comment.text', before + text);
  }

  private async ask(call: () => Promise<unknown>): Promise<unknown> {
    const answer = await this.patiently(call().catch(refuse));
    // The library published on npm resolves, instead of rejecting, with errors that are not Error objects.
    if (record(answer).name === 'TimeoutError') throw new HostSilent(String(record(answer).message));
    if (isFault(answer)) refuse(answer);
    return answer;
  }

  private patiently<T>(answer: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new HostSilent('no answer')), this.patienceMs);
      answer.then(resolve, reject).finally(() => clearTimeout(timer));
    });
  }
}

function refuse(reason: unknown): never {
  if (record(reason).name === 'TimeoutError') throw new HostSilent(String(record(reason).message));
  throw new HostRefused(String(record(reason).message ?? reason));
}

function isFault(answer: unknown): boolean {
  const fields = record(answer);
  return typeof fields.message === 'string' && !('errors' in fields) && Object.keys(fields).length <= 3;
}

function record(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function placeOf(payload: unknown): Place {
  const context = record(record(payload).context);
  const ticketId = context.ticketId ?? null;
  return {
    location: String(context.location ?? ''),
    ticketId: ticketId === null ? null : String(ticketId),
  };
}
