import { useCallback, useRef, useState } from 'react';
import type { LiveCall } from '../api/call';
import { problemOf } from '../api/client';
import { useAround } from '../around';
import { type Ask, usePolling } from './usePolling';

const LIVE_MS = 1_000;
/** A call may begin at any moment, and nobody waits for it to be noticed by the second. */
const QUIET_MS = 5_000;
const PATIENCE_MS = 15_000;

/** The call of this ticket's conversation, every second while it goes on; null where there is none. */
export function useCall(ticketId: string, spoken: boolean): LiveCall | null {
  const { api } = useAround();
  const [call, setCall] = useState<LiveCall | null>(null);
  const asked = useRef(false);
  const ask = useCallback<Ask>(
    async (signal) => {
      if (!spoken) return null;
      try {
        const first = !asked.current;
        asked.current = true;
        const found = await api.liveCall(ticketId, first, signal);
        setCall(found);
        return found && found.stage !== 'ended' ? LIVE_MS : QUIET_MS;
      } catch (error) {
        return (problemOf(error).retryAfterSeconds ?? 0) * 1000 || PATIENCE_MS;
      }
    },
    [api, ticketId, spoken],
  );
  usePolling(ask);
  return call;
}
