import { useCallback, useEffect, useRef, useState } from 'react';
import { type ApiProblem, FINAL, problemOf, type SidebarApi } from '../api/client';
import type { TicketView } from '../api/types';
import type { Host } from '../zaf/host';
import { type Attention, useAttention } from './useAttention';
import { usePolling } from './usePolling';

const WORKING_MS = 1_000;
const IDLE_MS = 2_500;
const AWAY_MS = 20_000;
const LONGEST_MS = 30_000;
const RATE_LIMITED_MS = 10_000;
/** What may have changed the conversation; who comes back to the panel is noticed by `useAttention`. */
const WAKING = ['ticket.conversation.changed', 'ticket.comments.changed', 'ticket.updated', 'ticket.submit.done'];

export interface TicketState {
  view: TicketView | null;
  problem: ApiProblem | null;
  /** The web does not know the ticket (yet). */
  unknown: boolean;
  /** When what is shown was last known to be true; null before that. */
  asOf: Date | null;
  /** When the next question is asked by itself, during a problem. */
  nextAt: number | null;
  refresh: () => void;
}

interface Seen {
  view: TicketView | null;
  at: Date | null;
  failures: number;
  notBefore: number;
}

/** The ticket as it is now, kept fresh by polling and by the page's own events. */
export function useTicket(api: SidebarApi, host: Host, ticketId: string): TicketState {
  const [view, setView] = useState<TicketView | null>(null);
  const [problem, setProblem] = useState<ApiProblem | null>(null);
  const [unknown, setUnknown] = useState(false);
  const [nextAt, setNextAt] = useState<number | null>(null);
  const seen = useRef<Seen>({ view: null, at: null, failures: 0, notBefore: 0 });
  const [asOf, setAsOf] = useState<Date | null>(null);
  const looking = useRef<() => Attention>(() => 'here');

  const ask = useCallback(
    async (signal: AbortSignal) => {
      const known = seen.current;
      try {
        const fresh = await api.view(ticketId, known.view?.version ?? null, signal);
        if (fresh) {
          // The time from here until something is seen is measured in a browser.
          if (known.view === null) performance.mark('handrail:answered');
          known.view = fresh;
          setView(fresh);
        }
        known.failures = 0;
        known.notBefore = 0;
        known.at = new Date();
        setProblem(null);
        setUnknown(false);
        return rhythm(known.view?.state === 'working', looking.current());
      } catch (error) {
        if (signal.aborted) return null;
        const fault = problemOf(error);
        if (fault.code === 'not_found') {
          setUnknown(true);
          setProblem(null);
          return rhythm(false, looking.current());
        }
        known.failures += 1;
        const wait = pause(fault, known.failures);
        if (fault.code === 'rate_limited' && wait !== null) known.notBefore = Date.now() + wait;
        setProblem(fault);
        setAsOf(known.at);
        setNextAt(wait === null ? null : Date.now() + wait);
        return wait;
      }
    },
    [api, ticketId],
  );
  const refresh = usePolling(ask);
  const attention = useAttention(host, refresh);
  useEffect(() => {
    looking.current = attention;
  }, [attention]);

  const shown = view !== null;
  useEffect(() => {
    if (!shown) return;
    const frame = requestAnimationFrame(() => performance.mark('handrail:shown'));
    return () => cancelAnimationFrame(frame);
  }, [shown]);

  useEffect(() => {
    // Whoever said "later" is not asked sooner because something happened here.
    const wake = () => {
      if (Date.now() >= seen.current.notBefore) refresh();
    };
    const stops = WAKING.map((event) => host.on(event, wake));
    return () => stops.forEach((stop) => stop());
  }, [host, refresh]);

  return { view, problem, unknown, asOf, nextAt, refresh };
}

/** How long to wait while all is well; null when nobody can see the answer, who wake us by coming back. */
export function rhythm(working: boolean, attention: Attention): number | null {
  if (attention === 'gone') return null;
  if (attention === 'away') return AWAY_MS;
  return working ? WORKING_MS : IDLE_MS;
}

/** How long to wait after a failure; null when asking again cannot help. */
export function pause(problem: ApiProblem, failures: number): number | null {
  if (FINAL.has(problem.code)) return null;
  if (problem.retryAfterSeconds !== null) return problem.retryAfterSeconds * 1_000;
  if (problem.code === 'rate_limited') return RATE_LIMITED_MS;
  return Math.min(LONGEST_MS, 1_000 * 2 ** Math.min(failures, 10));
}
