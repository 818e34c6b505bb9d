import { useCallback, useEffect, useRef } from 'react';
import type { Host } from '../zaf/host';

/** Is anybody looking: at this panel, at another ticket or app, or at another window altogether. */
export type Attention = 'here' | 'away' | 'gone';

/** Whether somebody looks, to be read when it matters; `back` is called when they come back. */
export function useAttention(host: Host, back: () => void): () => Attention {
  const away = useRef(false);
  useEffect(() => {
    const come = () => {
      away.current = false;
      back();
    };
    const leave = () => {
      away.current = true;
    };
    const show = () => {
      if (document.visibilityState !== 'hidden') back();
    };
const stops = [host.on('pane.activated', come), host.on('pane.deactivated', leave)];
    document.addEventListener('visibilitychange', show);
    window.addEventListener('online', back);
    return () => {
      stops.forEach((stop) => stop());
      document.removeEventListener('visibilitychange', show);
      window.removeEventListener('online', back);
    };
  }, [host, back]);
  return useCallback(() => attention(away.current), []);
}

function attention(away: boolean): Attention {
  if (document.visibilityState === 'hidden') return 'gone';
  return away ? 'away' : 'here';
}
