import { Button } from '@zendeskgarden/react-buttons';
import { useCallback } from 'react';
import type { Inserted } from '../api/types';
import { useAround } from '../around';
import { useInsert } from '../hooks/useInsert';
import { useWords } from '../words';
import { CopyBox } from './CopyBox';

interface InsertButtonProps {
  ticketId: string;
  what: Inserted;
  /** Of the text: said to a screen reader, where several buttons of the kind stand together. */
  name: string;
  link?: boolean;
}

/** Puts a text into the agent's reply in one click; one that Zendesk does not take is kept for copying. */
export function InsertButton({ ticketId, what, name, link = false }: InsertButtonProps) {
  const { t } = useWords();
  const { api } = useAround();
  const record = useCallback(() => api.inserted(ticketId, null, what), [api, ticketId, what]);
  const [insertion, insert] = useInsert(record);
  if (insertion.step === 'failed') return <CopyBox text={insertion.text} unsure={insertion.unsure} />;
  const done = insertion.step === 'done';
  return (
    <>
      <Button
        size="small"
        isLink={link}
        disabled={insertion.step === 'busy'}
        aria-label={t(done ? 'beside.insert.named.again' : 'beside.insert.named', { name })}
        onClick={() => void insert(what.text)}
      >
        {t(done ? 'beside.insert.again' : 'beside.insert')}
      </Button>
      <span className={done ? 'done' : 'unseen'} role="status">
        {done && t(insertion.recorded ? 'draft.inserted' : 'draft.inserted.unrecorded')}
      </span>
    </>
  );
}
