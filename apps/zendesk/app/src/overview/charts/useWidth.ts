import { type RefObject, useEffect, useState } from 'react';

const UNKNOWN = 560;

/** How wide an element is, in pixels; a guess until it was measured. */
export function useWidth(element: RefObject<HTMLElement | null>): number {
  const [width, setWidth] = useState(UNKNOWN);
  useEffect(() => {
    if (!element.current || typeof ResizeObserver === 'undefined') return;
    const observer = new ResizeObserver(([entry]) => setWidth(Math.floor(entry?.contentRect.width ?? UNKNOWN)));
    observer.observe(element.current);
    return () => observer.disconnect();
  }, [element]);
  return width;
}
