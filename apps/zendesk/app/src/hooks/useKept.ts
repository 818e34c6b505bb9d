import { useCallback, useState } from 'react';
import { useAround } from '../around';
import { forget, recall, remember } from '../kept';

/**
 * A field's text that is never lost: `[text, change, sent]`, as useState, but it comes back after a crash or a reload.
 * `field` names it, with the ticket or draft it belongs to; call `sent` once the text has done its work.
 */
export function useKept(field: string, initial = ''): [string, (text: string) => void, () => void] {
  const { session } = useAround();
  const name = `${session.agent.id}:${field}`;
  const [text, setText] = useState(() => recall(name) || initial);
  const change = useCallback(
    (next: string) => {
      setText(next);
      remember(name, next);
    },
    [name],
  );
  const sent = useCallback(() => forget(name), [name]);
  return [text, change, sent];
}
