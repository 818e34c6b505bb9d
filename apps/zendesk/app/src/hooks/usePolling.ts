import { useCallback, useEffect, useRef } from 'react';

/** Ask once and say in how many milliseconds to ask again; null means only when woken. */
export type Ask = (signal: AbortSignal) => Promise<number | null>;

/** So that a hundred panels that failed together do not ask again together: waits are up to a fifth longer. */
const SPREAD = 0.2;

/** Keep asking, one question at a time. The answer wakes it: asks now, or right after the question in flight. */
export function usePolling(ask: Ask, chance: () => number = Math.random): () => void {
  const dice = useRef(chance);
  const wake = useRef<() => void>(() => undefined);
  useEffect(() => {
    const stop = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    let asking = false;
    let again = false;

    const turn = async () => {
      clearTimeout(timer);
      if (asking) {
        again = true;
        return;
      }
      asking = true;
      const delay = await ask(stop.signal);
      asking = false;
      if (stop.signal.aborted) return;
      const next = again ? 0 : delay;
      again = false;
      if (next !== null) timer = setTimeout(() => void turn(), next * (1 + SPREAD * dice.current()));
    };

    wake.current = () => void turn();
    void turn();
    return () => {
      stop.abort();
      clearTimeout(timer);
    };
  }, [ask]);
  return useCallback(() => wake.current(), []);
}
