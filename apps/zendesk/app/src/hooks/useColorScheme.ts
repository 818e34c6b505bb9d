import { useEffect, useState } from 'react';
import type { Host } from '../zaf/host';

export type Scheme = 'light' | 'dark';

const DARK = '(prefers-color-scheme: dark)';

function asScheme(value: unknown): Scheme | null {
  return value === 'light' || value === 'dark' ? value : null;
}

/** Zendesk's colour scheme where it tells one, else the browser's. */
export function useColorScheme(host: Host | null): Scheme {
  const [browser, setBrowser] = useState<Scheme>(() => (window.matchMedia?.(DARK).matches ? 'dark' : 'light'));
  const [zendesk, setZendesk] = useState<Scheme | null>(null);

  useEffect(() => {
    const query = window.matchMedia?.(DARK);
    const follow = () => setBrowser(query?.matches ? 'dark' : 'light');
    query?.addEventListener('change', follow);
    return () => query?.removeEventListener('change', follow);
  }, []);

  useEffect(() => {
    if (!host) return;
    void host.read('colorScheme').then((value) => setZendesk(asScheme(value)));
    return host.on('colorScheme.changed', (value) => setZendesk(asScheme(value)));
  }, [host]);

  return zendesk ?? browser;
}
