import { Button } from '@zendeskgarden/react-buttons';
import { useCallback, useState } from 'react';
import type { Inserted, Passage } from '../api/types';
import { useAround } from '../around';
import { copied as onClipboard } from '../clipboard';
import { useInsert } from '../hooks/useInsert';
import { useReturn } from '../hooks/useReturn';
import { useWords } from '../words';
import { CopyBox } from './CopyBox';
import { InternalWarning } from './InternalWarning';

/** The ways of a passage into the reply: its words with the link, the link alone, or a copy of the words. */
export function Takeover({ passage, ticketId }: { passage: Passage; ticketId: string }) {
  const { t } = useWords();
  const { api } = useAround();
  const [asked, setAsked] = useState(false);
  const [insertButton, back] = useReturn();
  const [copied, setCopied] = useState(false);
  const [what, setWhat] = useState<Inserted | null>(null);
  const record = useCallback(
    () => (what ? api.inserted(ticketId, null, what) : Promise.resolve()),
    [api, ticketId, what],
  );
  const [insertion, insert] = useInsert(record);
  const open = passage.audience === 'public';
  const put = (text: string, more: Partial<Inserted> = {}) => {
    setWhat({ text, source: 'article', ref: passage.article_id, ...more });
    setAsked(false);
    void insert(text);
  };
  if (insertion.step === 'failed') return <CopyBox text={insertion.text} unsure={insertion.unsure} />;
  if (asked) {
    const confirmed = [passage.article_id];
    const cancel = () => {
      setAsked(false);
      back();
    };
    return <InternalWarning title={passage.title} onConfirm={() => put(passage.text, { confirmed })} onCancel={cancel} />;
  }
  const copy = async () => setCopied(await onClipboard(passage.text));
  const words = passage.url ? `${passage.text}\n${passage.url}` : passage.text;
  return (
    <div className="row">
      <Button ref={insertButton} isLink size="small" onClick={() => (open ? put(words) : setAsked(true))}>
        {t('search.insert.passage')}
      </Button>
      {open && passage.url && (
        <Button isLink size="small" onClick={() => put(`${passage.title}: ${passage.url}`)}>
          {t('search.insert')}
        </Button>
      )}
      <Button isLink size="small" onClick={() => void copy()}>
        {t(copied ? 'draft.copied' : 'search.copy')}
      </Button>
      {!open && <span className="quiet">{t('search.internal')}</span>}
      <span className={insertion.step === 'done' ? 'done' : 'unseen'} role="status">
        {insertion.step === 'done' && t('search.inserted')}
      </span>
    </div>
  );
}
