import { createContext, useContext } from 'react';
import type { SidebarApi } from './api/client';
import type { Session } from './session';
import type { Host } from './zaf/host';

/** What every part may reach: the web, Zendesk around us, and who is signed in. */
export interface Around {
  api: SidebarApi;
  host: Host;
  session: Session;
}

const Surroundings = createContext<Around | null>(null);
export const AroundUs = Surroundings.Provider;

export function useAround(): Around {
  const around = useContext(Surroundings);
  if (!around) throw new Error('useAround is used outside AroundUs');
  return around;
}
