import { Button } from '@zendeskgarden/react-buttons';
import { useCallback, useRef, useState } from 'react';
import { useAround } from '../around';
import { internalIn } from '../composing';
import { type Live, useLive } from '../hooks/useLive';
import { useInsert } from '../hooks/useInsert';
import { useReturn } from '../hooks/useReturn';
import { useWriting } from '../hooks/useWriting';
import { sourcesOf } from '../sources';
import { useWords } from '../words';
import { Card } from './Card';
import { CopyBox } from './CopyBox';
import { DraftText } from './DraftText';
import { Findings, LeftOut } from './Findings';
import { InternalWarning } from './InternalWarning';
import { Refused } from './states';

/** The same answer worded by the language model, sentence by sentence as each passes its check. */
export function LiveDraft({ ticketId }: { ticketId: string }) {
  const { t } = useWords();
  const unavailable = useWriting();
  const [live, start, stop] = useLive(ticketId);
  if (unavailable !== '') return null;
  if (!live) {
    return (
      <Button size="small" isStretched onClick={start}>
        {t('live.start')}
      </Button>
    );
  }
  return (
    <Card title={t('live.title')}>
      <p className="quiet" role="status">
        {live.writing ? t('live.writing') : live.replaced ? t('live.replaced', { why: live.replaced }) : ''}
      </p>
      <Written live={live} />
      <LeftOut struck={live.draft?.struck ?? live.struck} />
      {live.draft && <Findings findings={live.draft.findings} />}
      <Refused problem={live.problem} />
      {live.abstained && <p>{live.abstained}</p>}
      <Take live={live} ticketId={ticketId} onStop={stop} />
    </Card>
  );
}

function Written({ live }: { live: Live }) {
  const { draft } = live;
  const sentences = draft?.sentences ?? live.sentences;
  return (
    <DraftText
      sentences={sentences}
      sources={sourcesOf(sentences)}
      findings={draft?.findings ?? []}
      language={draft?.language ?? ''}
      active={null}
      chosen={null}
      onActive={() => undefined}
      onChoose={() => undefined}
    />
  );
}

function Take({ live, ticketId, onStop }: { live: Live; ticketId: string; onStop: () => void }) {
  const { t } = useWords();
  const { api } = useAround();
  const { draft } = live;
  const [warned, setWarned] = useState(false);
  const [insertButton, back] = useReturn();
  const confirmed = useRef<string[]>([]);
  // What was worded just now is no stored draft: it is compared with the reply under its own name.
  const record = useCallback(
    (text: string, copied: boolean) =>
      api.inserted(ticketId, null, { text, source: 'live', confirmed: confirmed.current, copied }),
    [api, ticketId],
  );
  const [insertion, insert, copied] = useInsert(record);
  const inside = internalIn(draft?.sentences ?? [], new Set());
  if (draft && warned) {
    const confirm = () => {
      confirmed.current = inside.map((citation) => citation.article_id);
      setWarned(false);
      void insert(draft.body);
    };
    const cancel = () => {
      setWarned(false);
      back();
    };
    return <InternalWarning title={inside.map(({ title }) => title).join(', ')} onConfirm={confirm} onCancel={cancel} />;
  }
  const blocked = draft?.findings.some(({ severity, rule }) => severity === 'block' && rule !== 'internal') ?? true;
  return (
    <div className="stack-small">
      <div className="row">
        {draft && (
          <Button ref={insertButton} size="small" disabled={blocked || insertion.step === 'busy'} onClick={() => (inside.length > 0 ? setWarned(true) : void insert(draft.body))}>
            {t(insertion.step === 'done' ? 'draft.insert.again' : 'draft.insert')}
          </Button>
        )}
        <Button size="small" isBasic onClick={onStop}>
          {t(live.writing ? 'live.stop' : 'live.close')}
        </Button>
      </div>
      {draft && blocked && <p className="quiet">{t('draft.insert.blocked')}</p>}
      {insertion.step === 'done' && (
        <p className="done" role="status">
          {t('draft.inserted')}
        </p>
      )}
      {insertion.step === 'failed' && <CopyBox text={insertion.text} unsure={insertion.unsure} onCopied={copied} />}
    </div>
  );
}
