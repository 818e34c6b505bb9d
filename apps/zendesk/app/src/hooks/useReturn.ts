import { type RefObject, useCallback, useEffect, useRef } from 'react';

/**
 * The focus goes to a button as soon as it is there again, once what was opened by it has been closed: who works by
 * keyboard stays where they were. `[ref of the button, say that it was closed]`.
 */
export function useReturn(): [RefObject<HTMLButtonElement>, () => void] {
  const button = useRef<HTMLButtonElement>(null);
  const wanted = useRef(false);
  useEffect(() => {
    if (!wanted.current || !button.current) return;
    wanted.current = false;
    button.current.focus({ preventScroll: true });
  });
  return [
    button,
    useCallback(() => {
      wanted.current = true;
    }, []),
  ];
}
