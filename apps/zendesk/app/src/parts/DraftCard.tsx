import { Button } from '@zendeskgarden/react-buttons';
import { Alert } from '@zendeskgarden/react-notifications';
import { useCallback, useEffect, useMemo, useState } from 'react';
import type { Draft } from '../api/types';
import { useAround } from '../around';
import { type Insertion, useInsert } from '../hooks/useInsert';
import { sourcesOf } from '../sources';
import { useWords } from '../words';
import { Card } from './Card';
import { Chip, type Tone } from './Chip';
import { Confidence } from './Confidence';
import { CopyBox } from './CopyBox';
import { DraftText } from './DraftText';
import { Editor } from './Editor';
import { Findings, LeftOut } from './Findings';
import { LiveDraft } from './LiveDraft';
import { Rate } from './Rate';
import { Sources } from './Sources';

const STATE_TONES: Record<Draft['state'], Tone> = {
  offered: 'blue',
  inserted: 'green',
  used: 'green',
  edited: 'green',
  ignored: 'grey',
  withdrawn: 'grey',
  sent: 'green',
};

const INSERTED = new Set<Draft['state']>(['inserted', 'used', 'edited']);

interface DeskProps {
  draft: Draft | null;
  ticketId: string;
}

/** Shows the newest draft, but never takes away one the agent is working on. */
export function DraftDesk({ draft, ticketId }: DeskProps) {
  const [held, setHeld] = useState<Draft | null>(null);
  const shown = held && held.id !== draft?.id ? held : draft;
  const onHold = useCallback((hold: boolean) => setHeld(hold ? shown : null), [shown]);
  if (!shown) return null;
  return (
    <>
      {draft && shown !== draft && <Newer onShow={() => setHeld(null)} />}
      <DraftCard key={shown.id} draft={shown} ticketId={ticketId} onHold={onHold} />
    </>
  );
}

function Newer({ onShow }: { onShow: () => void }) {
  const { t } = useWords();
  return (
    <Alert type="info" role="status">
      <div className="alert-text">{t('draft.edit.newer')}</div>
      <Button isLink size="small" onClick={onShow}>
        {t('draft.edit.newer.show')}
      </Button>
    </Alert>
  );
}

interface DraftCardProps {
  draft: Draft;
  ticketId: string;
  /** Told whether the agent has work in this draft that must not vanish. */
  onHold: (hold: boolean) => void;
}

/** The drafted reply with its proof, and the ways to use it. */
function DraftCard({ draft, ticketId, onHold }: DraftCardProps) {
  const [hovered, setHovered] = useState<number | null>(null);
  const [chosen, setChosen] = useState<number | null>(null);
  const active = hovered ?? chosen;
  const sources = useMemo(() => sourcesOf(draft.sentences), [draft.sentences]);
  const { t } = useWords();
  return (
    <>
      <Card title={t('draft.title')} aside={<DraftState draft={draft} />}>
        <DraftText
          sentences={draft.sentences}
          sources={sources}
          findings={draft.findings}
          language={draft.language}
          active={active}
          chosen={chosen}
          onActive={setHovered}
          onChoose={setChosen}
        />
        {chosen !== null && (
          <div className="chosen">
            <Rate
              key={chosen}
              label={t('rating.sentence', { number: chosen + 1 })}
              ticketId={ticketId}
              draftId={draft.id}
              sentence={chosen}
            />
          </div>
        )}
        <Findings findings={draft.findings} />
        <LeftOut struck={draft.struck ?? []} />
        <Confidence draft={draft} />
        <UseIt draft={draft} ticketId={ticketId} onHold={onHold} />
      </Card>
      <Sources sources={sources} active={active} chosen={chosen} />
      {draft.composer === 'extractive' && <LiveDraft ticketId={ticketId} />}
    </>
  );
}

function DraftState({ draft }: { draft: Draft }) {
  const { t, language } = useWords();
  return (
    <span className="row">
      <span className="quiet">{language(draft.language)}</span>
      <Chip tone={STATE_TONES[draft.state]} text={t(`draft.state.${draft.state}`)} small />
    </span>
  );
}

function UseIt({ draft, ticketId, onHold }: DraftCardProps) {
  const { t } = useWords();
  const { api } = useAround();
  const record = useCallback(() => api.inserted(ticketId, draft.id), [api, ticketId, draft.id]);
  const [insertion, insert] = useInsert(record);
  const [mine, setMine] = useState<string | null>(null);
  const withdrawn = draft.state === 'withdrawn';
  const blocked = withdrawn || draft.findings.some((finding) => finding.severity === 'block');
  const again = insertion.step === 'done' || INSERTED.has(draft.state);
  const busy = insertion.step === 'busy';
  const unfinished = mine !== null || insertion.step === 'failed';
  useEffect(() => onHold(unfinished), [onHold, unfinished]);
  const insertMine = async (text: string) => {
    if (await insert(text)) setMine(null);
  };
  return (
    <div className="stack-small">
      {mine === null ? (
        <div className="row use">
          {/* What was sent already needs no second sending, only a judgement. */}
          {draft.state !== 'sent' && (
            <>
              <Button size="small" isPrimary={draft.state === 'offered' && !again} disabled={blocked || busy} onClick={() => void insert(draft.body)}>
                {t(again ? 'draft.insert.again' : 'draft.insert')}
              </Button>
              <Button size="small" onClick={() => setMine(draft.body)}>
                {t('draft.edit')}
              </Button>
            </>
          )}
          <Rate label={t('rating.draft')} ticketId={ticketId} draftId={draft.id} sentence={null} quiet />
        </div>
      ) : (
        <Editor
          ticketId={ticketId}
          language={draft.language}
          text={mine}
          busy={busy || (blocked && mine.trim() === draft.body.trim())}
          onChange={setMine}
          onInsert={() => void insertMine(mine)}
          onCancel={() => setMine(null)}
        />
      )}
      {blocked && <p className="quiet">{t(withdrawn ? 'draft.insert.withdrawn' : 'draft.insert.blocked')}</p>}
      <After insertion={insertion} />
    </div>
  );
}

function After({ insertion }: { insertion: Insertion }) {
  const { t } = useWords();
  if (insertion.step === 'failed') return <CopyBox text={insertion.text} unsure={insertion.unsure} />;
  if (insertion.step !== 'done') return null;
  return (
    <p className="done" role="status">
      {t(insertion.recorded ? 'draft.inserted' : 'draft.inserted.unrecorded')}
    </p>
  );
}
