import { useEffect, useState } from 'react';
import { useAround } from '../around';

/** Why no language model can help with a text; empty when one can, null while that is not known. */
export function useWriting(): string | null {
  const { api } = useAround();
  const [unavailable, setUnavailable] = useState<string | null>(null);
  useEffect(() => {
    api.unavailable().then(setUnavailable, () => setUnavailable(null));
  }, [api]);
  return unavailable;
}
