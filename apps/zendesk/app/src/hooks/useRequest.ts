import { useCallback, useEffect, useRef, useState } from 'react';
import { type ApiProblem, FINAL, problemOf } from '../api/client';
import type { ReplyRequest } from '../api/types';
import { useAround } from '../around';
import { usePolling } from './usePolling';
import { useAttention } from './useAttention';

/** While somebody waits for a word, and while an approval stands that the customer may overtake. */
const PENDING_MS = 2_500;
const APPROVED_MS = 8_000;
const AWAY_MS = 20_000;
const TROUBLE_MS = 15_000;

export interface Requested {
  request: ReplyRequest | null;
  problem: ApiProblem | null;
  busy: boolean;
  ask: (text: string, draftId: string | null) => Promise<boolean>;
  /** Spend the approval; the text that may be inserted now, or null. */
  use: () => Promise<string | null>;
  withdraw: () => void;
}

/** A supervisor's word on this ticket's reply, as it stands now. */
export function useRequest(ticketId: string): Requested {
  const { api, host } = useAround();
  const [request, setRequest] = useState<ReplyRequest | null>(null);
  const [problem, setProblem] = useState<ApiProblem | null>(null);
  const [busy, setBusy] = useState(false);
  // An answer that was asked for before the agent acted is older than what the act came to.
  const acts = useRef(0);
  const wake = useRef<() => void>(() => undefined);
  const attention = useAttention(host, useCallback(() => wake.current(), []));
  const look = useCallback(
    async (signal: AbortSignal) => {
      const before = acts.current;
      try {
        const found = await api.request(ticketId, signal);
        if (before === acts.current) setRequest(found);
        return pause(found, attention() === 'here');
      } catch (error) {
        if (signal.aborted) return null;
        const { code } = problemOf(error);
        return FINAL.has(code) ? null : TROUBLE_MS;
      }
    },
    [api, ticketId, attention],
  );
  const refresh = usePolling(look);
  useEffect(() => {
    wake.current = refresh;
  }, [refresh]);
  const act = useCallback(
    async <T,>(thing: () => Promise<T>): Promise<T | null> => {
      acts.current += 1;
      setBusy(true);
      setProblem(null);
      try {
        return await thing();
      } catch (error) {
        setProblem(problemOf(error));
        return null;
      } finally {
        setBusy(false);
        refresh();
      }
    },
    [refresh],
  );
  const ask = async (text: string, draftId: string | null) => {
    const asked = await act(() => api.askApproval(ticketId, text, draftId));
    if (asked) setRequest(asked);
    return asked !== null;
  };
  const use = async () => {
    if (!request) return null;
    const answer = await act(() => api.useApproval(ticketId, request.id));
    if (answer?.request) setRequest(answer.request);
    return answer?.granted && answer.request ? answer.request.text : null;
  };
  const withdraw = () => {
    if (request) void act(async () => setRequest(await api.withdrawRequest(ticketId, request.id)));
  };
  return { request, problem, busy, ask, use, withdraw };
}

function pause(request: ReplyRequest | null, here: boolean): number | null {
  const waits = request?.state === 'pending' ? PENDING_MS : request?.state === 'approved' ? APPROVED_MS : null;
  return waits === null ? null : here ? waits : AWAY_MS;
}
