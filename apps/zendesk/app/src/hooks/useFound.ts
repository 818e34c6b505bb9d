import { useEffect, useState } from 'react';
import { type ApiProblem, problemOf } from '../api/client';

export interface Found<T> {
  /** What was last found; it stays while it is asked for again. */
  found: T | null;
  problem: ApiProblem | null;
  again: () => void;
}

/** Ask for something beside the ticket, and anew whenever `ask` is another function. */
export function useFound<T>(ask: () => Promise<T>): Found<T> {
  const [found, setFound] = useState<T | null>(null);
  const [problem, setProblem] = useState<ApiProblem | null>(null);
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    let current = true;
    ask().then(
      (value) => {
        if (!current) return;
        setFound(value);
        setProblem(null);
      },
      (error: unknown) => current && setProblem(problemOf(error)),
    );
    return () => {
      current = false;
    };
  }, [ask, turn]);
  return { found, problem, again: () => setTurn(turn + 1) };
}
