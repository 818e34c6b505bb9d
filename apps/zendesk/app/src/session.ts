/** What the server writes into the page when Zendesk opens it with a signed URL, and says again at each renewal. */
export interface Session {
  token: string;
  role: string;
  agent: { id: string; name: string };
  expires_at: string;
  /** Groups a ticket may be escalated to; asked of Zendesk when the server does not say. */
  groups?: string[];
}

/** The roles of those who lead; what they may do is the web's word. */
export const LEADING: ReadonlySet<string> = new Set(['lead', 'admin']);

declare global {
  interface Window {
    HANDRAIL?: Session;
  }
}

export function readSession(): Session | null {
  return window.HANDRAIL?.token ? window.HANDRAIL : null;
}

/** What is shown at each call. */
export interface Bearer {
  readonly token: string;
  /** Fetch a newer token; resolves to whether there is one, never rejects. */
  renew(): Promise<boolean>;
}

export const unrenewed = (token: string): Bearer => ({ token, renew: () => Promise.resolve(false) });

type Send = (url: string, init: RequestInit) => Promise<Response>;

/** Bounds of the time between two renewals, whatever the agent's clock makes of `expires_at`: it may be wrong. */
const LEAST_MS = 30_000;
const MOST_MS = 4 * 60_000;
const TIMEOUT_MS = 10_000;

/** Keeps one agent signed in: a new token at half of each token's life, until the server says it is enough. */
export class Keeper implements Bearer {
  private halfway: number;
  private ended = false;
  private asking: Promise<boolean> | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private readonly listeners = new Set<() => void>();

  constructor(
    private current: Session,
    private readonly send: Send = (url, init) => fetch(url, init),
    private readonly url = `${import.meta.env.BASE_URL}api/session`,
  ) {
    this.halfway = halfwayOf(current);
  }

  get token(): string {
    return this.current.token;
  }

  readonly session = (): Session => this.current;

  /** Called whenever the session changed: another token, perhaps another role. */
  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  /** Renew in time until the answer is called. A page that slept catches up when it is seen again. */
  keep(): () => void {
    const caughtUp = () => {
      if (document.visibilityState !== 'hidden' && Date.now() >= this.halfway) void this.renew();
    };
    document.addEventListener('visibilitychange', caughtUp);
    window.addEventListener('online', caughtUp);
    this.wait();
    return () => {
      clearTimeout(this.timer);
      document.removeEventListener('visibilitychange', caughtUp);
      window.removeEventListener('online', caughtUp);
      this.timer = undefined;
    };
  }

  renew(): Promise<boolean> {
    this.asking ??= this.ask().finally(() => {
      this.asking = null;
    });
    return this.asking;
  }

  private async ask(): Promise<boolean> {
    if (this.ended) return false;
    const renewed = await this.asked();
    if (renewed) {
      this.current = { ...this.current, ...renewed };
      this.halfway = halfwayOf(this.current);
      this.listeners.forEach((listener) => listener());
    }
    if (!this.ended && this.timer !== undefined) this.wait();
    return renewed !== null;
  }

  private async asked(): Promise<Session | null> {
    try {
      const answer = await this.send(this.url, {
        method: 'POST',
        headers: { Authorization: `Bearer ${this.token}`, Accept: 'application/json' },
        credentials: 'omit',
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      // Only a plain no is final: a backend that is away for a minute ends nobody's day.
      this.ended = answer.status === 401 || answer.status === 403;
      const body = (answer.ok ? await answer.json() : null) as Session | null;
      return body?.token ? body : null;
    } catch {
      return null;
    }
  }

  private wait(): void {
    const now = Date.now();
    // Past the half, a try that failed is repeated soon.
    const next = now < this.halfway ? this.halfway - now : LEAST_MS / 2;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.renew(), next);
  }
}

function halfwayOf({ expires_at }: Session): number {
  const now = Date.now();
  const half = (Date.parse(expires_at) - now) / 2;
  return now + Math.min(MOST_MS, Math.max(LEAST_MS, Number.isNaN(half) ? 0 : half));
}
