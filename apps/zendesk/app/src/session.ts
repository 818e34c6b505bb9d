/** What the server writes into the page when Zendesk opens it with a signed URL. */
export interface Session {
  token: string;
  role: string;
  agent: { id: string; name: string };
  expires_at: string;
  /** Groups a ticket may be escalated to; asked of Zendesk when the server does not say. */
  groups?: string[];
}

declare global {
  interface Window {
    HANDRAIL?: Session;
  }
}

export function readSession(): Session | null {
  return window.HANDRAIL?.token ? window.HANDRAIL : null;
}
