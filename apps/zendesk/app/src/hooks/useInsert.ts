import { useCallback, useEffect, useRef, useState } from 'react';
import { useAround } from '../around';
import { useWords } from '../words';
import { HostSilent } from '../zaf/host';

export type Insertion =
  | { step: 'idle' }
  | { step: 'busy' }
  | { step: 'done'; recorded: boolean }
  | { step: 'failed'; text: string; unsure: boolean };

/** Tells the web what was taken; `copied` when the agent took it by hand. */
export type Recorded = (text: string, copied: boolean) => Promise<void>;

/** Put a text into the agent's reply, then tell the web. The text is never lost: a failure keeps it for copying. */
export function useInsert(record: Recorded): [Insertion, (text: string) => Promise<boolean>, () => void] {
  const { host } = useAround();
  const { t } = useWords();
  const [insertion, setInsertion] = useState<Insertion>({ step: 'idle' });
  // Zendesk answers a moment after the click: what is recorded then is what the click has set.
  const latest = useRef(record);
  useEffect(() => {
    latest.current = record;
  });
  const insert = useCallback(
    async (text: string) => {
      setInsertion({ step: 'busy' });
      try {
        await host.insert(text);
      } catch (error) {
        const unsure = error instanceof HostSilent;
        setInsertion({ step: 'failed', text, unsure });
        host.notify(t(unsure ? 'draft.insert.silent' : 'draft.insert.refused'), 'error');
        return false;
      }
      const recorded = await latest.current(text, false).then(
        () => true,
        () => false,
      );
      setInsertion({ step: 'done', recorded });
      host.notify(t('draft.inserted'), 'notice');
      return true;
    },
    [host, t],
  );
  const failed = insertion.step === 'failed' ? insertion.text : null;
  const copied = useCallback(() => {
    // Nobody waits for this: the agent has the text, and the reply is compared with the draft in any case.
    if (failed !== null) void latest.current(failed, true).catch(() => undefined);
  }, [failed]);
  return [insertion, insert, copied];
}
