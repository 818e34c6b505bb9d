import '../css/threads.css';
import { Button } from '@zendeskgarden/react-buttons';
import { useState } from 'react';
import type { MergeSuggestion as Suggested, SuggestedQuestion, TicketView } from '../api/types';
import { useAround } from '../around';
import { useAct } from '../hooks/useAct';
import { useNow } from '../hooks/useNow';
import { useWords } from '../words';
import { Card } from './Card';
import { OpenTicket } from './Questions';
import { Refused } from './states';

interface MergeProps {
  view: TicketView;
  onMoved: () => void;
}

/** Two conversations that may be one matter: with both questions in view the agent says, and may take it back. */
export function MergeSuggestion({ view, onMoved }: MergeProps) {
  /** What this agent has just merged; and what they have settled, until the ticket is read again. */
  const [move, setMove] = useState<string | null>(null);
  const [settled, setSettled] = useState<string[]>([]);
  const ticketId = view.ticket.id;
  const settle = (suggestion: string, made: string | null) => {
    setSettled([...settled, suggestion]);
    setMove(made);
    onMoved();
  };
  const takenBack = () => {
    setMove(null);
    onMoved();
  };
  const asked = (view.suggestions ?? []).filter(({ id }) => !settled.includes(id));
  return (
    <>
      {move !== null && <Merged ticketId={ticketId} move={move} onBack={takenBack} />}
      {asked.map((each) => (
        <One key={each.id} suggestion={each} ticketId={ticketId} onSettled={(made) => settle(each.id, made)} />
      ))}
    </>
  );
}

interface OneProps {
  suggestion: Suggested;
  ticketId: string;
  /** `move` is the merge that was made; null: they are kept apart. */
  onSettled: (move: string | null) => void;
}

function One({ suggestion, ticketId, onSettled }: OneProps) {
  const { t } = useWords();
  const { api } = useAround();
  const act = useAct();
  const merge = () => act.run(async () => onSettled(await api.merge(ticketId, suggestion.id)));
  const keepApart = async () => {
    if (await act.run(() => api.keepApart(ticketId, suggestion.id))) onSettled(null);
  };
  return (
    <Card title={t('merge.title')}>
      <p>{t('merge.text')}</p>
      <ul className="threads">
        {suggestion.questions.map((each) => (
          <Asked key={each.at + each.text} question={each} here={ticketId} />
        ))}
      </ul>
      <div className="row">
        <Button size="small" disabled={act.busy} onClick={() => void merge()}>
          {t('merge.yes')}
        </Button>
        <Button size="small" isBasic disabled={act.busy} onClick={() => void keepApart()}>
          {t('merge.no')}
        </Button>
      </div>
      <Refused problem={act.problem} />
    </Card>
  );
}

function Asked({ question, here }: { question: SuggestedQuestion; here: string }) {
  const { t, ago } = useWords();
  const now = useNow();
  const { author, text, channel, ticket, at } = question;
  return (
    <li>
      <q className="threads-question">{text}</q>
      <span className="row">
        <span className="quiet">{`${author}, ${t(`channel.${channel}`)}, ${ago(at, now)}`}</span>
        {ticket !== null && ticket !== here && <OpenTicket ticket={ticket} />}
      </span>
    </li>
  );
}

function Merged({ ticketId, move, onBack }: { ticketId: string; move: string; onBack: () => void }) {
  const { t } = useWords();
  const { api } = useAround();
  const act = useAct();
  const undo = async () => {
    if (await act.run(() => api.moveBack(ticketId, move))) onBack();
  };
  return (
    <div className="card" role="status">
      <div className="row">
        <span>{t('merge.done')}</span>
        <Button isLink size="small" disabled={act.busy} onClick={() => void undo()}>
          {t('threads.undo')}
        </Button>
      </div>
      <Refused problem={act.problem} />
    </div>
  );
}
