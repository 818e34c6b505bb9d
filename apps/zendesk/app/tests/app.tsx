import { fireEvent, render, type RenderResult, screen, within } from '@testing-library/react';
import { App } from '../src/App';
import type { TicketView } from '../src/api/types';
import type { Session } from '../src/session';
import { FakeWeb, ticketView } from './web';
import { FakeZendesk } from './zendesk';

export const SESSION: Session = {
  token: 'token-for-tests',
  role: 'agent',
  agent: { id: '7', name: 'Maria Lopez' },
  expires_at: '2030-01-01T00:00:00Z',
};

export interface Opened {
  zendesk: FakeZendesk;
  web: FakeWeb;
  page: RenderResult;
}

interface Given {
  ticket?: TicketView | null;
  zendesk?: FakeZendesk;
  web?: FakeWeb;
  session?: Session | null;
}

/** The whole app, opened in Zendesk on a ticket. */
export function open({ ticket = ticketView(), zendesk = new FakeZendesk(), web, session = SESSION }: Given = {}): Opened {
  const behind = web ?? new FakeWeb(ticket);
  const page = render(<App session={session} host={zendesk.open()} api={behind.api()} />);
  return { zendesk, web: behind, page };
}

/** A folded block by its title, opened as an agent opens it. */
export async function unfold(title: string): Promise<HTMLElement> {
  const found = await screen.findByRole('region', { name: title });
  const head = within(found).getByRole('button', { name: new RegExp(title) });
  if (head.getAttribute('aria-expanded') === 'false') fireEvent.click(head);
  return found;
}
