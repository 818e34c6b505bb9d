import { type RefObject, useEffect } from 'react';
import type { Host } from '../zaf/host';

/** Ask Zendesk for exactly the height that the content needs, whenever that changes. */
export function useFitHeight(content: RefObject<HTMLElement | null>, host: Host): void {
  useEffect(() => {
    const element = content.current;
    if (!element || typeof ResizeObserver === 'undefined') return;
    let asked = 0;
    const observer = new ResizeObserver(() => {
      const height = Math.ceil(element.getBoundingClientRect().height);
      if (height === asked) return;
      asked = height;
      host.resize(height);
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [content, host]);
}
