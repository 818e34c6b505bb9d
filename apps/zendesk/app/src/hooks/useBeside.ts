import { useCallback } from 'react';
import type { Assist, Elsewhere } from '../api/beside';
import type { Scenario, TicketView } from '../api/types';
import { useAround } from '../around';
import { type Found, useFound } from './useFound';

export interface Beside {
  assist: Found<Assist>;
  elsewhere: Found<Elsewhere>;
  offers: Found<Scenario[]>;
}

/** What helps beside the ticket. It is asked for after the ticket is there, and again when that changed. */
export function useBeside(view: TicketView): Beside {
  const { api } = useAround();
  const ticketId = view.ticket.id;
  const decision = view.decision?.id ?? null;
  const latest = view.timeline.at(-1)?.id ?? null;
  const { kind, name } = view.owner;
  const assist = useCallback(
    () => (decision ? api.assist(ticketId) : Promise.resolve({ steps: [], scripts: [] })),
    // eslint-disable-next-line react-hooks/exhaustive-deps -- asked again when one of these changed
    [api, ticketId, decision, latest, kind, name],
  );
  const elsewhere = useCallback(
    () => api.elsewhere(ticketId),
    // eslint-disable-next-line react-hooks/exhaustive-deps -- asked again when one of these changed
    [api, ticketId, decision, latest],
  );
  const offers = useCallback(
    () => (decision ? api.scenarios(ticketId) : Promise.resolve([])),
    [api, ticketId, decision],
  );
  return { assist: useFound(assist), elsewhere: useFound(elsewhere), offers: useFound(offers) };
}
