import { useCallback, useEffect, useRef, useState } from 'react';
import { type ApiProblem, problemOf, type SidebarApi } from '../api/client';
import type { TicketView } from '../api/types';
import type { Host } from '../zaf/host';
import { usePolling } from './usePolling';

const WORKING_MS = 1_500;
const IDLE_MS = 4_000;
const LONGEST_MS = 30_000;
const RATE_LIMITED_MS = 10_000;
const WAKING = ['ticket.conversation.changed', 'ticket.comments.changed', 'ticket.updated', 'pane.activated'];

export interface TicketState {
  view: TicketView | null;
  problem: ApiProblem | null;
  /** The web does not know the ticket (yet). */
  unknown: boolean;
  refresh: () => void;
}

/** The ticket as it is now, kept fresh by polling and by the page's own events. */
export function useTicket(api: SidebarApi, host: Host, ticketId: string): TicketState {
  const [view, setView] = useState<TicketView | null>(null);
  const [problem, setProblem] = useState<ApiProblem | null>(null);
  const [unknown, setUnknown] = useState(false);
  const seen = useRef<TicketView | null>(null);
  const failures = useRef(0);

  const ask = useCallback(
    async (signal: AbortSignal) => {
      try {
        const fresh = await api.view(ticketId, seen.current?.version ?? null, signal);
        if (fresh) {
          seen.current = fresh;
          setView(fresh);
        }
        failures.current = 0;
        setProblem(null);
        setUnknown(false);
        return seen.current?.state === 'working' ? WORKING_MS : IDLE_MS;
      } catch (error) {
        if (signal.aborted) return null;
        const fault = problemOf(error);
        if (fault.code === 'not_found') {
          setUnknown(true);
          setProblem(null);
          return IDLE_MS;
        }
        failures.current += 1;
        setProblem(fault);
        return pause(fault, failures.current);
      }
    },
    [api, ticketId],
  );
  const refresh = usePolling(ask);

  useEffect(() => {
    const stops = WAKING.map((event) => host.on(event, refresh));
    return () => stops.forEach((stop) => stop());
  }, [host, refresh]);

  return { view, problem, unknown, refresh };
}

/** How long to wait after a failure; null when asking again cannot help. */
export function pause(problem: ApiProblem, failures: number): number | null {
  if (problem.code === 'unauthorized' || problem.code === 'forbidden') return null;
  if (problem.retryAfterSeconds !== null) return problem.retryAfterSeconds * 1_000;
  if (problem.code === 'rate_limited') return RATE_LIMITED_MS;
  return Math.min(LONGEST_MS, 1_000 * 2 ** Math.min(failures, 10));
}
