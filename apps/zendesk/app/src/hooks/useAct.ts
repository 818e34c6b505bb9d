import { useCallback, useState } from 'react';
import { type ApiProblem, problemOf } from '../api/client';

export interface Act {
  busy: boolean;
  problem: ApiProblem | null;
  /** Run one thing; resolves to whether it worked, never rejects. */
  run: (thing: () => Promise<void>) => Promise<boolean>;
}

export function useAct(): Act {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<ApiProblem | null>(null);
  const run = useCallback(async (thing: () => Promise<void>) => {
    setBusy(true);
    setProblem(null);
    try {
      await thing();
      return true;
    } catch (error) {
      setProblem(problemOf(error));
      return false;
    } finally {
      setBusy(false);
    }
  }, []);
  return { busy, problem, run };
}
