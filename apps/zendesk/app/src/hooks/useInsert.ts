import { useCallback, useState } from 'react';
import { useAround } from '../around';
import { useWords } from '../words';
import { HostSilent } from '../zaf/host';

export type Insertion =
  | { step: 'idle' }
  | { step: 'busy' }
  | { step: 'done'; recorded: boolean }
  | { step: 'failed'; text: string; unsure: boolean };

/** Put a text into the agent's reply, then tell the web. The text is never lost: a failure keeps it for copying. */
export function useInsert(record: () => Promise<void>): [Insertion, (text: string) => Promise<boolean>] {
  const { host } = useAround();
  const { t } = useWords();
  const [insertion, setInsertion] = useState<Insertion>({ step: 'idle' });
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
      const recorded = await record().then(
        () => true,
        () => false,
      );
      setInsertion({ step: 'done', recorded });
      host.notify(t('draft.inserted'), 'notice');
      return true;
    },
    [host, record, t],
  );
  return [insertion, insert];
}
