import { Button } from '@zendeskgarden/react-buttons';
import { useCallback, useMemo, useState } from 'react';
import type { Draft } from '../api/types';
import { useKept } from '../hooks/useKept';
import { type Requested, useRequest } from '../hooks/useRequest';
import { sourcesOf } from '../sources';
import { useWords } from '../words';
import { Alert } from './Alert';
import { Card } from './Card';
import { Chip, type Tone } from './Chip';
import { Confidence } from './Confidence';
import { DraftText } from './DraftText';
import { Findings, LeftOut } from './Findings';
import { LiveDraft } from './LiveDraft';
import { MyText } from './MyText';
import { Note } from './Note';
import { RequestCard } from './RequestCard';
import { Sources } from './Sources';
import { UseDraft } from './UseDraft';

const STATE_TONES: Record<Draft['state'], Tone> = {
  offered: 'blue',
  inserted: 'green',
  used: 'green',
  edited: 'green',
  ignored: 'grey',
  withdrawn: 'grey',
  sent: 'green',
};
const NONE: ReadonlySet<number> = new Set();

interface DeskProps {
  draft: Draft | null;
  ticketId: string;
  /** The customer's, for a reply without a draft. */
  language?: string;
}

/** Shows the newest draft, but never takes away one the agent is working on; and what else goes into the reply. */
export function DraftDesk({ draft, ticketId, language = '' }: DeskProps) {
  const [held, setHeld] = useState<Draft | null>(null);
  const asked = useRequest(ticketId);
  const shown = held && held.id !== draft?.id ? held : draft;
  const onHold = useCallback((hold: boolean) => setHeld(hold ? shown : null), [shown]);
  const request = <RequestCard key="request" asked={asked} ticketId={ticketId} language={shown?.language ?? language} />;
  // Approved words are what is to be inserted now; what else becomes of a request stands below the draft.
  const approved = asked.request?.state === 'approved';
  return (
    <>
      {draft && shown !== draft && <Newer onShow={() => setHeld(null)} />}
      {approved && request}
      {shown && <DraftCard key={shown.id} draft={shown} ticketId={ticketId} asked={asked} onHold={onHold} />}
      {!approved && request}
      <MyText ticketId={ticketId} language={shown?.language ?? language} asked={asked} />
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
  asked: Requested;
  /** Told whether the agent has work in this draft that must not vanish. */
  onHold: (hold: boolean) => void;
}

/** The drafted reply with its proof, and the ways to use it. */
function DraftCard({ draft, ticketId, asked, onHold }: DraftCardProps) {
  const [hovered, setHovered] = useState<number | null>(null);
  const [chosen, setChosen] = useState<number | null>(null);
  const [leftOut, setLeftOut] = useState(NONE);
  const [note, setNote] = useKept(`note:${ticketId}`);
  const active = hovered ?? chosen;
  const sources = useMemo(() => sourcesOf(draft.sentences), [draft.sentences]);
  const { t } = useWords();
  const leave = (sentence: number) => {
    const next = new Set(leftOut);
    if (!next.delete(sentence)) next.add(sentence);
    setLeftOut(next);
  };
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
          leftOut={leftOut}
          onActive={setHovered}
          onChoose={setChosen}
        />
        {chosen !== null && draft.state !== 'sent' && (
          <Button isLink size="small" onClick={() => leave(chosen)}>
            {t(leftOut.has(chosen) ? 'draft.sentence.keep' : 'draft.sentence.leave')}
          </Button>
        )}
        <Findings findings={draft.findings} />
        <LeftOut struck={draft.struck ?? []} />
        <UseDraft
          draft={draft}
          sources={sources}
          chosen={chosen}
          ticketId={ticketId}
          note={note}
          leftOut={leftOut}
          asked={asked}
          onInserted={() => setNote('')}
          onHold={onHold}
        />
        {draft.state !== 'sent' && <Note text={note} onChange={setNote} />}
        <Confidence draft={draft} />
      </Card>
      <Sources
        sources={sources}
        active={active}
        chosen={chosen}
        ticketId={ticketId}
        draftId={draft.id}
        onActive={setHovered}
      />
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
