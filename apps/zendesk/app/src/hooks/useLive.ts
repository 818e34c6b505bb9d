import { useCallback, useEffect, useRef, useState } from 'react';
import { type ApiProblem, problemOf } from '../api/client';
import type { Draft, LiveEvent, Sentence, Struck } from '../api/types';
import { useAround } from '../around';

export interface Live {
  writing: boolean;
  sentences: Sentence[];
  struck: Struck[];
  /** Why the model's sentences were set aside and the sources speak themselves; empty when they were not. */
  replaced: string;
  draft: Draft | null;
  abstained: string | null;
  problem: ApiProblem | null;
}

const NOTHING: Live = {
  writing: false,
  sentences: [],
  struck: [],
  replaced: '',
  draft: null,
  abstained: null,
  problem: null,
};

/** A draft that is written while the agent watches; null until they ask for one. */
export function useLive(ticketId: string): [Live | null, () => void, () => void] {
  const { api } = useAround();
  const [live, setLive] = useState<Live | null>(null);
  const running = useRef<AbortController | null>(null);
  const stop = useCallback(() => {
    running.current?.abort();
    setLive(null);
  }, []);
  useEffect(() => () => running.current?.abort(), []);
  const start = useCallback(() => {
    running.current?.abort();
    const mine = new AbortController();
    running.current = mine;
    setLive({ ...NOTHING, writing: true });
    const tell = (step: (before: Live) => Live) => {
      if (!mine.signal.aborted) setLive((before) => step(before ?? NOTHING));
    };
    void (async () => {
      try {
        for await (const event of api.compose(ticketId, mine.signal)) tell((before) => after(before, event));
      } catch (error) {
        tell((before) => ({ ...before, problem: problemOf(error) }));
      }
      tell((before) => ({ ...before, writing: false }));
    })();
  }, [api, ticketId]);
  return [live, start, stop];
}

function after(before: Live, event: LiveEvent): Live {
  switch (event.event) {
    case 'sentence':
      return { ...before, sentences: [...before.sentences, event.sentence] };
    case 'struck':
      return { ...before, struck: [...before.struck, { text: event.text, reason: event.reason }] };
    case 'replaced':
    case 'failed':
      return { ...before, sentences: [], replaced: event.reason };
    case 'done':
      return { ...before, draft: event.draft, abstained: event.abstained };
  }
}
