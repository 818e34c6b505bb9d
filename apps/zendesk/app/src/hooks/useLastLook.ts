import { useEffect, useState } from 'react';
import { useAround } from '../around';

/** Ticket numbers and times only, no word of anybody; it has to outlive the tab, so it lies in the local storage. */
const NAME = 'handrail:looked';
const KEPT = 200;

/** When this agent last saw the ticket in this browser, as an ISO time; null at the first look. */
export function useLastLook(ticketId: string, newest: string | undefined): string | null {
  const { session } = useAround();
  const key = `${session.agent.id}:${ticketId}`;
  const [before] = useState(() => looks()[key] ?? null);
  useEffect(() => {
    if (!newest) return;
    const others = Object.entries(looks()).filter(([name]) => name !== key);
    keep(Object.fromEntries([...others.slice(1 - KEPT), [key, newest]]));
  }, [key, newest]);
  return before;
}

function looks(): Record<string, string> {
  try {
    const held: unknown = JSON.parse(window.localStorage.getItem(NAME) ?? '{}');
    return typeof held === 'object' && held !== null ? (held as Record<string, string>) : {};
  } catch {
    return {};
  }
}

function keep(seen: Record<string, string>): void {
  try {
    window.localStorage.setItem(NAME, JSON.stringify(seen));
  } catch {
    // Where nothing may be stored, every look is the first one.
  }
}
