import { useCallback, useState } from 'react';
import type { Profile, ProfileAct } from '../api/profile';
import type { TicketView } from '../api/types';
import { useAround } from '../around';
import { type Act, useAct } from './useAct';
import { type Found, useFound } from './useFound';

export interface ProfileDesk {
  profile: Found<Profile>;
  act: Act;
  /** Resolves to whether it was done. */
  change: (what: ProfileAct) => Promise<boolean>;
}

/** Who the customer is, asked for beside the ticket and anew when they write. */
export function useProfile(view: TicketView, refresh: () => void): ProfileDesk {
  const { api } = useAround();
  const ticketId = view.ticket.id;
  const latest = view.timeline.at(-1)?.id ?? null;
  const [changed, setChanged] = useState<{ after: string | null; profile: Profile } | null>(null);
  const ask = useCallback(
    () => api.profile(ticketId),
    // eslint-disable-next-line react-hooks/exhaustive-deps -- asked again when somebody wrote
    [api, ticketId, latest],
  );
  const profile = useFound(ask);
  const act = useAct();
  const change = (what: ProfileAct) =>
    act.run(async () => {
      setChanged({ after: latest, profile: await api.changeProfile(ticketId, what) });
      if (what.act !== 'facts') refresh();
    });
  const newer = changed !== null && changed.after === latest ? changed.profile : profile.found;
  return { profile: { ...profile, found: newer }, act, change };
}
