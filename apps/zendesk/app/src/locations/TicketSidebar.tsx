import { type RefObject, useEffect, useRef, useState } from 'react';
import type { TicketView } from '../api/types';
import { useAround } from '../around';
import { useAct } from '../hooks/useAct';
import { useBeside } from '../hooks/useBeside';
import { useCall } from '../hooks/useCall';
import { useLastLook } from '../hooks/useLastLook';
import { useProfile } from '../hooks/useProfile';
import { useTicket } from '../hooks/useTicket';
import { Abstained } from '../parts/Abstained';
import { Actions } from '../parts/Actions';
import { Adopted } from '../parts/Adopted';
import { CallBelow, CallPanel, CallTranscript } from '../parts/CallPanel';
import { Escalate } from '../parts/ChangeHands';
import { Macros, Similar } from '../parts/Colleagues';
import { Coaching } from '../parts/Coaching';
import { CustomerCard } from '../parts/CustomerCard';
import { DraftDesk } from '../parts/DraftCard';
import { EngineeringBrief } from '../parts/EngineeringBrief';
import { Guard } from '../parts/Guard';
import { HandBack } from '../parts/HandBack';
import { HandoffCard, HandoffFold } from '../parts/HandoffCard';
import { Header, type Open } from '../parts/Header';
import { MergeSuggestion } from '../parts/MergeSuggestion';
import { Need } from '../parts/Need';
import { NextSteps } from '../parts/NextSteps';
import { Procedure } from '../parts/Procedure';
import { Profile } from '../parts/Profile';
import { Pulse } from '../parts/Pulse';
import { Questions } from '../parts/Questions';
import { EachSafe } from '../parts/Safe';
import { Scenarios } from '../parts/Scenarios';
import { Scripts } from '../parts/Scripts';
import { Search, type Wanted } from '../parts/Search';
import { Loading, Notice, Refused, Trouble, Working } from '../parts/states';
import { Threads } from '../parts/Threads';
import { Timeline } from '../parts/Timeline';
import { Why } from '../parts/Why';
import { WrapUp } from '../parts/WrapUp';
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
  const { view, problem, unknown, asOf, nextAt, refresh } = useTicket(api, host, ticketId);
  const field = useRef<HTMLInputElement>(null);
  const [wanted, setWanted] = useState<Wanted | null>(null);
  const known = view !== null && view.state !== 'none';
  return (
    <div className="stack">
      {problem && <Trouble problem={problem} asOf={asOf} nextAt={nextAt} retry={refresh} />}
      {view === null && !problem && !unknown && <Loading />}
      {known && (
        <Guard attempt={view.version} instead={<Notice title={t('state.broken.title')} text={t('state.broken.text')} icon="alert" />}>
          <Conversation view={view} refresh={refresh} field={field} onSearch={(words) => setWanted({ words })} />
        </Guard>
      )}
      {!known && (unknown || view) && <Notice title={t('state.empty.title')} text={t('state.empty.text')} />}
      {(view || unknown) && <Search ticketId={ticketId} field={field} wanted={wanted} />}
      {known && view.decision && <Why decision={view.decision} facts={view.signals?.facts} ticketId={ticketId} />}
    </div>
  );
}

interface ConversationProps {
  view: TicketView;
  refresh: () => void;
  field: RefObject<HTMLInputElement | null>;
  onSearch: (words: string) => void;
}

function Conversation({ view, refresh, field, onSearch }: ConversationProps) {
  const { t } = useWords();
  const { api } = useAround();
  const taking = useAct();
  /** The version that was shown when it was taken over: until another is, it still names the owner before. */
  const [takenAt, setTakenAt] = useState<TicketView['version'] | null>(null);
  const ticketId = view.ticket.id;
  const beside = useBeside(view);
  const profile = useProfile(view, refresh);
  const latest = view.timeline.at(-1);
  const lastLook = useLastLook(ticketId, latest?.at);
  const found = useCall(ticketId, view.timeline.some(({ channel }) => channel === 'voice'));
  const call = found?.stage === 'ended' && found.lines.length === 0 ? null : found;
  const speaking = call?.stage === 'ended' ? null : call;
  const known = beside.assist.found !== null || beside.assist.problem !== null;
  const { steps, scripts } = beside.assist.found ?? { steps: [], scripts: [] };
  const [open, setOpen] = useState<Open>(null);
  const [said, setSaid] = useState<string | null>(null);
  const { handoff } = view;
  const working = view.state === 'working';
  // Where a person has it their line says that the assistant is silent.
  const silent = view.state === 'silent' && view.owner.kind !== 'agent' && view.owner.kind !== 'team';
  // Who was handed over for another reason (they asked for a person, say) was not let down by the articles.
  const abstained = view.state === 'silent' || (handoff && handoff.reason !== view.abstained) ? null : view.abstained;
  const finish = (words: string) => {
    setSaid(words);
    setOpen(null);
    refresh();
  };
  const takeOver = async () => {
    if (!(await taking.run(() => api.takeOver(ticketId)))) return;
    setTakenAt(view.version);
    finish(t('action.take_over.done'));
  };
  const change = (what: Open) => {
    setSaid(null);
    setOpen(what);
  };
  return (
    <EachSafe attempt={view.version}>
      <Header
        owner={view.owner}
        solved={view.ticket.status === 'solved'}
        open={open}
        onOpen={change}
        onTakeOver={takeOver}
        taking={taking.busy || takenAt === view.version}
      />
      <Refused problem={taking.problem} />
      {open && <Hands open={open} view={view} onDone={finish} onCancel={() => setOpen(null)} />}
      <p className={said ? 'done' : 'unseen'} role="status">
        {said}
      </p>
      {speaking && <CallPanel call={speaking} />}
      {working && <Working />}
      {silent && <Silent reason={view.decision?.reason} />}
      {handoff && <HandoffCard handoff={handoff} owner={view.owner} />}
      {!view.draft && abstained && <Abstained reason={abstained} onSearch={() => field.current?.focus()} />}
      {!view.draft && view.adoption && <Adopted adoption={view.adoption} />}
      <Coaching
        ticketId={ticketId}
        decision={view.decision?.id ?? null}
        solved={view.ticket.status === 'solved'}
        entries={view.timeline}
      />
      <DraftDesk draft={view.draft} ticketId={view.ticket.id} language={view.signals?.language.value} />
      <NextSteps ticketId={ticketId} steps={known ? steps : null} offers={beside.offers.found ?? []} onDone={finish} onSearch={onSearch} />
      <MergeSuggestion view={view} onMoved={refresh} />
      <Questions view={view} onMoved={refresh} />
      {speaking ? <CallBelow call={speaking} /> : <Scripts lines={scripts} ticketId={ticketId} />}
      {handoff && (
        <HandoffFold
          handoff={handoff}
          customer={view.customer}
          signals={view.signals}
          decision={view.decision}
          ticketId={ticketId}
          contact={beside.elsewhere.found?.contact ?? null}
          led={Boolean(view.procedure)}
        />
      )}
      {view.procedure && <Procedure procedure={view.procedure} />}
      {view.customer && <CustomerCard customer={view.customer} />}
      <Profile desk={profile} handed={handoff !== null} />
      <div id="part-offers" className="stack" tabIndex={-1}>
        <Scenarios ticketId={ticketId} offers={beside.offers} />
      </div>
      {latest && <Actions ticketId={ticketId} latest={latest.id} />}
      <Timeline ticketId={ticketId} entries={view.timeline} elsewhere={beside.elsewhere} lastLook={lastLook} />
      {call && <CallTranscript call={call} />}
      {view.signals && <Need signals={view.signals} ticketId={view.ticket.id} decision={view.decision?.id ?? null} />}
      {view.decision && <Similar ticketId={ticketId} latest={latest?.id ?? null} />}
      {view.decision && <Macros ticketId={ticketId} latest={latest?.id ?? null} />}
      {view.decision && <EngineeringBrief ticketId={ticketId} latest={latest?.id ?? null} />}
      {latest && <WrapUp ticketId={ticketId} latest={view.timeline.at(-1)?.id ?? latest.id} />}
      <Threads ticketId={ticketId} entries={view.timeline} onMoved={refresh} />
      <Pulse quiet={!view.draft && Boolean(view.adoption) && !working} />
    </EachSafe>
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

/** Why there is neither a draft nor a handoff: the owner stands in the header and nowhere else. */
function Silent({ reason }: { reason: string | undefined }) {
  const { t } = useWords();
  return (
    <div className="card silent">
      <h2>{t('state.silent.title')}</h2>
      {reason && <p className="quiet">{reason}</p>}
    </div>
  );
}
