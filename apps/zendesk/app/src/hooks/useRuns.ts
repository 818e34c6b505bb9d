import { useCallback, useState } from 'react';
import type { Run } from '../api/doing';
import { problemOf } from '../api/client';
import { FINAL } from '../api/wire';
import { useAround } from '../around';
import { usePolling } from './usePolling';

/** While the system is told, and while somebody is asked for their word. */
const READY_MS = 1_000;
const AWAITING_MS = 4_000;
const TROUBLE_MS = 10_000;

/** What was asked for on this ticket, followed as long as it is not over. */
export function useRuns(ticketId: string): { runs: Run[]; refresh: () => void } {
  const { api } = useAround();
  const [runs, setRuns] = useState<Run[]>([]);
  const look = useCallback(
    async (signal: AbortSignal) => {
      try {
        const found = await api.actionRuns(ticketId, signal);
        setRuns(found);
        if (found.some(({ state }) => state === 'ready')) return READY_MS;
        return found.some(({ state }) => state === 'awaiting') ? AWAITING_MS : null;
      } catch (error) {
        return signal.aborted || FINAL.has(problemOf(error).code) ? null : TROUBLE_MS;
      }
    },
    [api, ticketId],
  );
  return { runs, refresh: usePolling(look) };
}
