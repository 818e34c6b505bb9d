import { Button } from '@zendeskgarden/react-buttons';
import type { Question, TicketView } from '../api/types';
import { useAround } from '../around';
import { useAct } from '../hooks/useAct';
import { useNow } from '../hooks/useNow';
import { useWords } from '../words';
import { Card } from './Card';
import { Chip, type Tone } from './Chip';
import { Refused } from './states';

const TONES: Record<Question['state'], Tone> = { open: 'blue', handed: 'yellow', answered: 'green' };

/** Where one conversation has several questions: each with where it was asked and what became of it. */
export function Questions({ view, onMoved }: { view: TicketView; onMoved: () => void }) {
  const { t } = useWords();
  const { questions = [], main = null, ticket } = view;
  if (questions.length === 0 && main === null) return null;
  const own = questions.find((each) => each.ticket === ticket.id);
  return (
    <Card title={t('questions.title')}>
      {main !== null && (
        <>
          <p>{t('questions.main', { ticket: main })}</p>
          <div className="row">
            <OpenTicket ticket={main} />
            {own && <Apart ticketId={ticket.id} message={own.first} onMoved={onMoved} />}
          </div>
          {own && own.state !== 'answered' && (
            <p className="quiet">{t(own.drafted ? 'questions.here' : 'questions.undrafted')}</p>
          )}
        </>
      )}
      <ul className="threads">
        {questions.map((each) => (
          <One key={each.message} question={each} here={ticket.id} />
        ))}
      </ul>
    </Card>
  );
}

function One({ question, here }: { question: Question; here: string }) {
  const { t, ago } = useWords();
  const now = useNow();
  const { state, channel, at, text, by, ticket } = question;
  return (
    <li>
      <q className="threads-words">{text}</q>
      <span className="row">
        <Chip tone={TONES[state]} text={t(`questions.${state}`, { by })} small />
        <span className="quiet">{`${t(`channel.${channel}`)}, ${ago(at, now)}`}</span>
        {ticket !== null && ticket !== here && <OpenTicket ticket={ticket} />}
      </span>
    </li>
  );
}

export function OpenTicket({ ticket }: { ticket: string }) {
  const { t } = useWords();
  const { host } = useAround();
  const opening = useAct();
  return (
    <Button isLink size="small" onClick={() => void opening.run(() => host.openTicket(ticket))}>
      {t('similar.open', { number: ticket })}
    </Button>
  );
}

/** A wrong join is undone in one click: what stands on this ticket becomes a conversation of its own. */
function Apart({ ticketId, message, onMoved }: { ticketId: string; message: string; onMoved: () => void }) {
  const { t } = useWords();
  const { api } = useAround();
  const act = useAct();
  const move = async () => {
    if (await act.run(() => api.move(ticketId, message, null))) onMoved();
  };
  return (
    <>
      <Button isLink size="small" disabled={act.busy} onClick={() => void move()}>
        {t('questions.apart')}
      </Button>
      <Refused problem={act.problem} />
    </>
  );
}
