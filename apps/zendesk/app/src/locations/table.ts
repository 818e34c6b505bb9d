import { type ComponentType, lazy } from 'react';
import type { Place } from '../zaf/host';
import { TicketSidebar } from './TicketSidebar';

/** Which component is drawn in which of Zendesk's places: one line to add a place. */
export const LOCATIONS: Record<string, ComponentType<{ place: Place }>> = {
  ticket_sidebar: TicketSidebar,
  nav_bar: lazy(() => import('./Overview')),
};

