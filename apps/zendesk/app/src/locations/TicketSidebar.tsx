import { type RefObject, useEffect, useRef, useState } from 'react';
import type { TicketView } from '../api/types';
import { useAround } from '../around';
import { useTicket } from '../hooks/useTicket';
import { Abstained } from '../parts/Abstained';
import { Adopted } from '../parts/Adopted';
import { Escalate, HandBack } from '../parts/ChangeHands';
import { CustomerCard } from '../parts/CustomerCard';
import { DraftDesk } from '../parts/DraftCard';
import { Guard } from '../parts/Guard';
import { HandoffCard } from '../parts/HandoffCard';
import { Header, type Open } from '../parts/Header';
import { Need } from '../parts/Need';
import { Procedure } from '../parts/Procedure';
import { Scenarios } from '../parts/Scenarios';
import { Search } from '../parts/Search';
import { Loading, Notice, Trouble, Working } from '../parts/states';
import { Timeline } from '../parts/Timeline';
import { Why } from '../parts/Why';
import { useWords } from '../words';
import type { Place } from '../zaf/host';

/** The agent's copilot beside one ticket. */
export function TicketSidebar({ place }: { place: Place }) {
  const { t } = useWords();
  const ticketId = useTicketId(place);
  if (ticketId === undefined) return <Loading />;
  if (ticketId === null) return <Notice title={t('state.new.title')} text={t('state.new.text')} />;
  return <OneTicket key={ticketId} ticketId={ticketId} />;
}

function useTicketId(place: Place): string | null | undefined {
  const { host } = useAround();
  const [ticketId, setTicketId] = useState<string | null>();
  useEffect(() => {
    void host.ticketId(place).then(setTicketId);
  }, [host, place]);
  return ticketId;
}

function OneTicket({ ticketId }: { ticketId: string }) {
  const { t } = useWords();
  const { api, host } = useAround();
  const { view, problem, unknown, refresh } = useTicket(api, host, ticketId);
  const field = useRef<HTMLInputElement>(null);
  const known = view !== null && view.state !== 'none';
  return (
    <div className="stack">
      {problem && <Trouble problem={problem} stale={view !== null} retry={refresh} />}
      {view === null && !problem && !unknown && <Loading />}
      {known && (
        <Guard attempt={view.version} instead={<Notice title={t('state.broken.title')} text={t('state.broken.text')} icon="alert" />}>
          <Conversation view={view} refresh={refresh} field={field} />
        </Guard>
      )}
      {!known && (unknown || view) && <Notice title={t('state.empty.title')} text={t('state.empty.text')} />}
      {(view || unknown) && <Search ticketId={ticketId} field={field} />}
      {known && view.decision && <Why decision={view.decision} facts={view.signals?.facts} />}
    </div>
  );
}

interface ConversationProps {
  view: TicketView;
  refresh: () => void;
  field: RefObject<HTMLInputElement | null>;
}

function Conversation({ view, refresh, field }: ConversationProps) {
  const [open, setOpen] = useState<Open>(null);
  const [said, setSaid] = useState<string | null>(null);
  const working = view.state === 'working';
  // Who was handed over for another reason (they asked for a person, say) was not let down by the articles.
  const abstained = view.handoff && view.handoff.reason !== view.abstained ? null : view.abstained;
  const finish = (words: string) => {
    setSaid(words);
    setOpen(null);
    refresh();
  };
  const change = (what: Open) => {
    setSaid(null);
    setOpen(what);
  };
  return (
    <>
      <Header owner={view.owner} decision={view.decision} open={open} onOpen={change} />
      {open && <Hands open={open} view={view} onDone={finish} onCancel={() => setOpen(null)} />}
      <p className={said ? 'done' : 'unseen'} role="status">
        {said}
      </p>
      {working && <Working />}
      {view.state === 'silent' && <Silent name={view.owner.name} />}
      {view.handoff && <HandoffCard handoff={view.handoff} />}
      {view.procedure && <Procedure procedure={view.procedure} />}
      {view.signals && <Need signals={view.signals} ticketId={view.ticket.id} decision={view.decision?.id ?? null} />}
      {view.customer && <CustomerCard customer={view.customer} />}
      {!view.draft && abstained && (
        <Abstained
          reason={abstained}
          onSearch={() => field.current?.focus()}
          onEscalate={() => change('escalate')}
        />
      )}
      <DraftDesk draft={view.draft} ticketId={view.ticket.id} />
      {view.decision && <Scenarios ticketId={view.ticket.id} decision={view.decision.id} />}
      {!view.draft && view.adoption && <Adopted adoption={view.adoption} />}
      <Timeline entries={view.timeline} />
    </>
  );
}

interface HandsProps {
  open: NonNullable<Open>;
  view: TicketView;
  onDone: (said: string) => void;
  onCancel: () => void;
}

function Hands({ open, view, onDone, onCancel }: HandsProps) {
  const ticketId = view.ticket.id;
  if (open === 'hand_back') return <HandBack ticketId={ticketId} onDone={onDone} onCancel={onCancel} />;
  return (
    <Escalate ticketId={ticketId} suggested={view.handoff?.group ?? ''} onDone={onDone} onCancel={onCancel} />
  );
}

function Silent({ name }: { name: string }) {
  const { t } = useWords();
  return (
    <div className="card silent">
      <h2>{t('state.silent.title')}</h2>
      <p className="quiet">{t('state.silent.text', { name: name || t('state.silent.somebody') })}</p>
    </div>
  );
}
