import { useEffect, useState } from 'react';
import type { Host } from '../zaf/host';

const LOOK_MS = 2_000;
const NOTE = 'internalNote';

/** What stands in the public reply, once it has stood still for a moment; empty for a note, and where nothing stands there.
 * It is looked at every two seconds: not every composer of Zendesk's tells when its text changes. */
export function useComposed(host: Host, lookMs = LOOK_MS): string {
  const [still, setStill] = useState('');
  useEffect(() => {
    let gone = false;
    let looking = false;
    let last = '';
    const look = async () => {
      if (looking || document.visibilityState === 'hidden') return;
      looking = true;
      const [found, kind] = await Promise.all([host.composed(), host.read('ticket.comment.type')]);
      looking = false;
      if (gone) return;
      const text = kind === NOTE ? '' : (found?.text.trim() ?? '');
      if (text === last) setStill(text);
      last = text;
    };
    const timer = setInterval(() => void look(), lookMs);
    return () => {
      gone = true;
      clearInterval(timer);
    };
  }, [host, lookMs]);
  return still;
}
