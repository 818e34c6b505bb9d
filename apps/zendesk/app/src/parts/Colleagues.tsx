import '../css/beside.css';
import { Button } from '@zendeskgarden/react-buttons';
import { type ReactNode, useCallback, useMemo, useState } from 'react';
import type { Macro, SolvedTicket } from '../api/beside';
import type { Inserted } from '../api/types';
import { useAround } from '../around';
import { useAct } from '../hooks/useAct';
import { type Found, useFound } from '../hooks/useFound';
import { useReturn } from '../hooks/useReturn';
import { useWords } from '../words';
import { Problem, Searching } from './Beside';
import { Fold } from './Card';
import { InsertButton } from './InsertButton';
import { InternalWarning } from './InternalWarning';
import { Refused } from './states';

interface ColleaguesProps {
  ticketId: string;
  /** The newest word of the ticket: after another one it is looked for anew. */
  latest: string | null;
}

/** How people answered the like before. It is looked for when somebody opens it. */
export function Similar(props: ColleaguesProps) {
  const { t } = useWords();
  return (
    <Fold title={t('similar.title')}>
      <SolvedTickets {...props} />
    </Fold>
  );
}

/** The team's own wordings for the like. */
export function Macros(props: ColleaguesProps) {
  const { t } = useWords();
  return (
    <Fold title={t('macro.title')}>
      <FittingMacros {...props} />
    </Fold>
  );
}

function SolvedTickets({ ticketId, latest }: ColleaguesProps) {
  const { t } = useWords();
  const { api } = useAround();
  // eslint-disable-next-line react-hooks/exhaustive-deps -- looked for anew after a new word
  const ask = useCallback(() => api.similar(ticketId), [api, ticketId, latest]);
  return (
    <Listed found={useFound(ask)} none={t('similar.none')}>
      {(ticket) => <Solved key={ticket.ticket} ticket={ticket} ticketId={ticketId} />}
    </Listed>
  );
}

function FittingMacros({ ticketId, latest }: ColleaguesProps) {
  const { t } = useWords();
  const { api } = useAround();
  // eslint-disable-next-line react-hooks/exhaustive-deps -- looked for anew after a new word
  const ask = useCallback(() => api.macros(ticketId), [api, ticketId, latest]);
  return (
    <Listed found={useFound(ask)} none={t('macro.none')}>
      {(macro) => <OneMacro key={macro.id} macro={macro} ticketId={ticketId} />}
    </Listed>
  );
}

function Listed<T>({ found, none, children }: { found: Found<T[]>; none: string; children: (each: T) => ReactNode }) {
  const list = found.found;
  if (found.problem && !list) return <Problem problem={found.problem} again={found.again} />;
  if (!list) return <Searching />;
  if (list.length === 0) return <p className="quiet">{none}</p>;
  return <ul className="colleagues">{list.map(children)}</ul>;
}

function Solved({ ticket, ticketId }: { ticket: SolvedTicket; ticketId: string }) {
  const { t, date, percent } = useWords();
  const { host } = useAround();
  const opening = useAct();
  return (
    <li className="colleague">
      <strong>{ticket.title}</strong>
      <p className="dotted quiet">
        <span>{t('similar.likeness', { percent: percent(ticket.likeness) })}</span>
        {ticket.at && <time dateTime={ticket.at}>{date(ticket.at)}</time>}
      </p>
      <dl className="facts">
        <dt>{t('similar.asked')}</dt>
        <dd className="clamped">{ticket.asked}</dd>
        <dt>{t('similar.answered')}</dt>
        <dd>{ticket.answered}</dd>
      </dl>
      {ticket.answered.includes('[') && <p className="quiet">{t('similar.gaps')}</p>}
      <div className="row">
        <Button isLink size="small" onClick={() => void opening.run(() => host.openTicket(ticket.ticket))}>
          {t('similar.open', { number: ticket.ticket })}
        </Button>
        <InsertAnswer ticket={ticket} ticketId={ticketId} />
      </div>
      <Refused problem={opening.problem} />
    </li>
  );
}

/** Another customer's answer may hold what is theirs alone: it is inserted only after that was read. */
function InsertAnswer({ ticket, ticketId }: { ticket: SolvedTicket; ticketId: string }) {
  const { t } = useWords();
  const [step, setStep] = useState<'idle' | 'asked' | 'confirmed'>('idle');
  const [button, back] = useReturn();
  const { title, answered, ticket: number } = ticket;
  const what = useMemo<Inserted>(
    () => ({ text: answered, source: 'similar', ref: number, confirmed: [`zendesk:ticket:${number}`] }),
    [answered, number],
  );
  if (step === 'asked') {
    const cancel = () => {
      setStep('idle');
      back();
    };
    return <InternalWarning title={title} onConfirm={() => setStep('confirmed')} onCancel={cancel} />;
  }
  if (step === 'confirmed') {
    return <InsertButton ticketId={ticketId} what={what} name={title} link />;
  }
  return (
    <Button ref={button} isLink size="small" onClick={() => setStep('asked')}>
      {t('similar.insert')}
    </Button>
  );
}

function OneMacro({ macro, ticketId }: { macro: Macro; ticketId: string }) {
  const { t, percent } = useWords();
  const { host } = useAround();
  const { id, title } = macro;
  // Zendesk itself fills in names and numbers; where it does not, the agent is told what is missing.
  const ask = useCallback(() => host.macroText(ticketId, id), [host, ticketId, id]);
  const text = useFound(ask).found ?? macro.text;
  const what = useMemo<Inserted>(() => ({ text, source: 'macro', ref: id }), [text, id]);
  return (
    <li className="colleague">
      <strong>{title}</strong>
      <p className="quiet">{t('similar.likeness', { percent: percent(macro.likeness) })}</p>
      <blockquote className="script-text">{text}</blockquote>
      {text.includes('…') && <p className="quiet">{t('macro.gaps')}</p>}
      <InsertButton ticketId={ticketId} what={what} name={title} />
    </li>
  );
}
