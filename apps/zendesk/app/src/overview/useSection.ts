import { useCallback, useState } from 'react';
import { type ApiProblem, problemOf } from '../api/client';
import { useAround } from '../around';
import { usePolling } from '../hooks/usePolling';

export interface Section<T> {
  /** What was last found; it stays while it is asked for again. */
  found: T | null;
  problem: ApiProblem | null;
  /** When `found` was true. */
  at: Date | null;
  again: () => void;
}

const RETRY_MS = 10_000;
/** Nobody looks: then it is enough to be right when they do. */
const HIDDEN_MS = 60_000;

/** One section of the overview, asked for once, or again and again `every` so many milliseconds. */
export function useSection<T>(section: string, every: number | null = null): Section<T> {
  const { api } = useAround();
  const [state, setState] = useState<Omit<Section<T>, 'again'>>({ found: null, problem: null, at: null });
  const ask = useCallback(
    async (signal: AbortSignal) => {
      try {
        const found = await api.overview<T>(section, signal);
        if (!signal.aborted) setState({ found, problem: null, at: new Date() });
        return every === null || document.visibilityState === 'visible' ? every : HIDDEN_MS;
      } catch (error) {
        if (signal.aborted) return null;
        const problem = problemOf(error);
        setState((before) => ({ ...before, problem }));
        return waitAfter(problem);
      }
    },
    [api, section, every],
  );
  return { ...state, again: usePolling(ask) };
}

function waitAfter({ code, retryAfterSeconds }: ApiProblem): number | null {
  if (code === 'offline' || code === 'unavailable' || code === 'rate_limited') {
    return Math.max(RETRY_MS, (retryAfterSeconds ?? 0) * 1_000);
  }
  return null;
}
