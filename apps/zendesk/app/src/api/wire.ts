import type { Bearer } from '../session';

export type ProblemCode =
  | 'unauthorized'
  | 'forbidden'
  | 'no_access'
  | 'not_found'
  | 'invalid'
  | 'rate_limited'
  | 'unavailable'
  | 'offline';

const CODES: Record<number, ProblemCode> = {
  400: 'invalid',
  401: 'unauthorized',
  403: 'forbidden',
  404: 'not_found',
  409: 'invalid',
  429: 'rate_limited',
};
/** Asking again cannot help: somebody has to change something first. */
export const FINAL: ReadonlySet<ProblemCode> = new Set(['unauthorized', 'forbidden', 'no_access']);
const TIMEOUT_MS = 15_000;

/** The one error this folder raises: what went wrong, in the contract's words, and when to try again. */
export class ApiProblem extends Error {
  override readonly name = 'ApiProblem';
  constructor(
    readonly code: ProblemCode,
    message = '',
    readonly retryAfterSeconds: number | null = null,
  ) {
    super(message || code);
  }
}

export function problemOf(error: unknown): ApiProblem {
  return error instanceof ApiProblem ? error : new ApiProblem('offline', String(error));
}

export type Send = (url: string, init: RequestInit) => Promise<Response>;

/** One request of ours: signed in by a header, never by the address, and never waiting for ever. */
export class Wire {
  constructor(
    private readonly bearer: Bearer,
    private readonly send: Send,
    private readonly base: string,
    /** Of what the web writes itself, as an `Accept-Language`. */
    private readonly language: string,
  ) {}

  /** Resolves with an answer that is well, else rejects with `ApiProblem`. A token that ran out is renewed once. */
  async call(method: string, path: string, body?: unknown, signal?: AbortSignal, most = TIMEOUT_MS): Promise<Response> {
    const token = this.bearer.token;
    const answer = await this.once(token, method, path, body, signal, most);
    if (answer.status !== 401) return accepted(answer);
    const renewed = this.bearer.token !== token || (await this.bearer.renew());
    return accepted(renewed ? await this.once(this.bearer.token, method, path, body, signal, most) : answer);
  }

  private once(
    token: string,
    method: string,
    path: string,
    body: unknown,
    signal: AbortSignal | undefined,
    most: number,
  ): Promise<Response> {
    const headers: Record<string, string> = {
      Authorization: `Bearer ${token}`,
      Accept: 'application/json',
      'Accept-Language': this.language,
    };
    if (body !== undefined) headers['Content-Type'] = 'application/json';
    return within(most, signal, (limit) =>
      this.send(this.base + path, {
        method,
        headers,
        body: body === undefined ? undefined : JSON.stringify(body),
        signal: limit,
        credentials: 'omit',
      }),
    );
  }
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

export async function json(answer: Response): Promise<unknown> {
  try {
    return await answer.json();
  } catch {
    // A proxy's HTML page with status 200 is a backend that is not there.
    throw new ApiProblem('unavailable');
  }
}

async function accepted(answer: Response): Promise<Response> {
  if (answer.ok) return answer;
  const body: unknown = await answer.json().catch(() => null);
  const error = isRecord(body) && isRecord(body.error) ? body.error : {};
  const message = typeof error.message === 'string' ? error.message : '';
  const code = error.code === 'no_access' ? 'no_access' : (CODES[answer.status] ?? 'unavailable');
  throw new ApiProblem(code, message, seconds(answer.headers.get('Retry-After')));
}

/** Retry-After is a number of seconds or a date. */
function seconds(header: string | null): number | null {
  if (!header) return null;
  const wait = Number.isNaN(Number(header)) ? (Date.parse(header) - Date.now()) / 1_000 : Number(header);
  return wait > 0 ? Math.ceil(wait) : null;
}

async function within<T>(
  ms: number,
  outer: AbortSignal | undefined,
  act: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const limit = new AbortController();
  let late = false;
  const stop = () => limit.abort();
  const timer = setTimeout(() => {
    late = true;
    stop();
  }, ms);
  outer?.addEventListener('abort', stop);
  try {
    return await act(limit.signal);
  } catch (error) {
    // The network is there, but whoever should answer does not.
    if (late) throw new ApiProblem('unavailable', 'no answer in time');
    throw problemOf(error);
  } finally {
    clearTimeout(timer);
    outer?.removeEventListener('abort', stop);
  }
}
