/**
 * What an agent has typed and not yet sent. It outlives a redraw, a crash of the panel and a reload, but not the
 * browser tab: it may hold a customer's words, so it lies in the session's storage only, for half a shift, under the
 * agent who typed it, and goes as soon as it is sent.
 */
const PREFIX = 'handrail:typed:';
const KEPT_MS = 4 * 3_600_000;

interface Entry {
  text: string;
  at: number;
}

/** Where the browser allows us no storage, as in some private windows, the memory of the page has to do. */
const memory = new Map<string, string>();

export function remember(name: string, text: string): void {
  if (!text.trim()) {
    forget(name);
    return;
  }
  const entry: Entry = { text, at: Date.now() };
  const stored = trying((storage) => {
    storage.setItem(PREFIX + name, JSON.stringify(entry));
    return true;
  });
  if (!stored) memory.set(PREFIX + name, JSON.stringify(entry));
}

export function recall(name: string): string {
  const held = trying((storage) => storage.getItem(PREFIX + name)) ?? memory.get(PREFIX + name);
  const entry = held ? entryOf(held) : null;
  if (!entry || Date.now() - entry.at > KEPT_MS) {
    forget(name);
    return '';
  }
  return entry.text;
}

export function forget(name: string): void {
  memory.delete(PREFIX + name);
  trying((storage) => storage.removeItem(PREFIX + name));
}

/** Another agent signed in at this browser: what the one before them typed is none of their business. */
export function forgetOthers(agentId: string): void {
  const mine = `${PREFIX}${agentId}:`;
  for (const name of memory.keys()) if (!name.startsWith(mine)) memory.delete(name);
  trying((storage) => {
    const names = Array.from({ length: storage.length }, (_, at) => storage.key(at) ?? '');
    names.filter((name) => name.startsWith(PREFIX) && !name.startsWith(mine)).forEach((name) => storage.removeItem(name));
  });
}

function trying<T>(act: (storage: Storage) => T): T | null {
  try {
    return act(window.sessionStorage);
  } catch {
    return null;
  }
}

function entryOf(held: string): Entry | null {
  try {
    const entry = JSON.parse(held) as Partial<Entry>;
    return typeof entry.text === 'string' && typeof entry.at === 'number' ? { text: entry.text, at: entry.at } : null;
  } catch {
    return null;
  }
}
