import { Button } from '@zendeskgarden/react-buttons';
import { useCallback, useEffect, useRef, useState } from 'react';
import type { Draft, Inserted } from '../api/types';
import { useAround } from '../around';
import { composed, internalIn, withNote } from '../composing';
import { type Insertion, useInsert } from '../hooks/useInsert';
import { useKept } from '../hooks/useKept';
import type { Requested } from '../hooks/useRequest';
import { useReturn } from '../hooks/useReturn';
import { useShortcuts } from '../hooks/useShortcuts';
import type { Source } from '../sources';
import { useWords } from '../words';
import { CopyBox } from './CopyBox';
import { Editor } from './Editor';
import { InternalWarning } from './InternalWarning';
import { Rate } from './Rate';

const INSERTED = new Set<Draft['state']>(['inserted', 'used', 'edited']);
const NONE: ReadonlySet<number> = new Set();

interface UseDraftProps {
  draft: Draft;
  sources: Source[];
  chosen: number | null;
  ticketId: string;
  /** The agent's own words, which go in after the greeting. */
  note: string;
  leftOut: ReadonlySet<number>;
  asked: Requested;
  /** The note has done its work. */
  onInserted: () => void;
  /** Told whether the agent has work in this draft that must not vanish. */
  onHold: (hold: boolean) => void;
}

type Wanted = Pick<Inserted, 'text' | 'source'>;

/** The ways of a draft into the reply: as it is, edited, or with a supervisor's word first. */
export function UseDraft({ draft, sources, chosen, ticketId, note, leftOut, asked, onInserted, onHold }: UseDraftProps) {
  const { t } = useWords();
  const { api } = useAround();
  const [kept, keep, sent] = useKept(`edit:${draft.id}`);
  const [editing, setEditing] = useState(kept !== '');
  const [warned, setWarned] = useState<Wanted | null>(null);
  const [insertButton, backToInsert] = useReturn();
  const [editButton, backToEdit] = useReturn();
  const askButton = useRef<HTMLButtonElement>(null);
  const what = useRef<Inserted>({ text: '', source: 'draft' });
  const record = useCallback(
    (_: string, copied: boolean) => api.inserted(ticketId, draft.id, { ...what.current, copied }),
    [api, ticketId, draft.id],
  );
  const [insertion, insert, copied] = useInsert(record);
  const inside = internalIn(draft.sentences, editing ? NONE : leftOut);
  const withdrawn = draft.state === 'withdrawn';
  // An internal source is warned of and may be confirmed; every other block has to be mended first.
  const blocked = withdrawn || draft.findings.some(({ severity, rule }) => severity === 'block' && rule !== 'internal');
  const again = insertion.step === 'done' || INSERTED.has(draft.state);
  const busy = insertion.step === 'busy';
  const body = note.trim() || leftOut.size > 0 ? composed(draft.sentences, leftOut, note) : draft.body;
  const unfinished = editing || insertion.step === 'failed' || warned !== null || leftOut.size > 0;
  useEffect(() => onHold(unfinished), [onHold, unfinished]);
  const put = async ({ text, source }: Wanted, confirmed: string[] = []) => {
    setWarned(null);
    what.current = { text, source, note: note.trim(), left_out: [...leftOut].sort((a, b) => a - b), confirmed };
    if (!(await insert(text))) return;
    onInserted();
    if (source === 'draft') return;
    sent();
    setEditing(false);
  };
  useShortcuts({ i: () => insertButton.current?.click(), a: () => askButton.current?.click() });
  const wish = (wanted: Wanted) => (inside.length > 0 ? setWarned(wanted) : void put(wanted));
  const close = () => {
    sent();
    setEditing(false);
    backToEdit();
  };
  const edit = () => {
    // The note stays in its own field and goes in with the text.
    keep(leftOut.size > 0 ? composed(draft.sentences, leftOut) : draft.body);
    setEditing(true);
  };
  return (
    <div className="stack-small">
      {warned ? (
        <InternalWarning
          title={inside.map(({ title }) => title).join(', ')}
          onConfirm={() => void put(warned, inside.map((citation) => citation.article_id))}
          onCancel={() => {
            setWarned(null);
            backToInsert();
          }}
        />
      ) : editing ? (
        <Editor
          ticketId={ticketId}
          language={draft.language}
          text={kept}
          busy={busy || (blocked && kept.trim() === draft.body.trim())}
          onChange={keep}
          onInsert={() => wish({ text: withNote(kept, note), source: 'edited' })}
          onAsk={() => void asked.ask(withNote(kept, note), draft.id).then((done) => done && close())}
          asking={asked.busy}
          onCancel={close}
        />
      ) : (
        <div className="row use">
          {/* What was sent already needs no second sending, only a judgement. */}
          {draft.state !== 'sent' && (
            <>
              <Button
                ref={insertButton}
                size="small"
                aria-keyshortcuts="Alt+I"
                title={t('draft.shortcut', { keys: 'Alt+I' })}
                isPrimary={draft.state === 'offered' && !again}
                disabled={blocked || busy}
                onClick={() => wish({ text: body, source: leftOut.size > 0 ? 'edited' : 'draft' })}
              >
                {t(again ? 'draft.insert.again' : 'draft.insert')}
              </Button>
              <Button ref={editButton} size="small" onClick={edit}>
                {t('draft.edit')}
              </Button>
              <Button
                ref={askButton}
                size="small"
                aria-keyshortcuts="Alt+A"
                title={t('draft.shortcut', { keys: 'Alt+A' })}
                disabled={asked.busy}
                onClick={() => void asked.ask(body, draft.id)}
              >
                {t('request.ask')}
              </Button>
            </>
          )}
          <Rate draft={draft} sources={sources} ticketId={ticketId} chosen={chosen} />
        </div>
      )}
      {blocked && <p className="quiet">{t(withdrawn ? 'draft.insert.withdrawn' : 'draft.insert.blocked')}</p>}
      <After insertion={insertion} onCopied={copied} />
    </div>
  );
}

function After({ insertion, onCopied }: { insertion: Insertion; onCopied: () => void }) {
  const { t } = useWords();
  if (insertion.step === 'failed') return <CopyBox text={insertion.text} unsure={insertion.unsure} onCopied={onCopied} />;
  if (insertion.step !== 'done') return null;
  return (
    <p className="done" role="status">
      {t(insertion.recorded ? 'draft.inserted' : 'draft.inserted.unrecorded')}
    </p>
  );
}
