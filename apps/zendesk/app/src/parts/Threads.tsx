import '../css/threads.css';
import { Button } from '@zendeskgarden/react-buttons';
import { Field, Select } from '@zendeskgarden/react-forms';
import { useCallback, useState } from 'react';
import type { Joined, Moved, OtherThread } from '../api/threads';
import type { Entry } from '../api/types';
import { useAround } from '../around';
import { useAct } from '../hooks/useAct';
import { useFound } from '../hooks/useFound';
import { useNow } from '../hooks/useNow';
import { useWords } from '../words';
import { Fold } from './Card';
import { Refused } from './states';

const NEW = 'new';
const LATEST = 5;

interface ThreadsProps {
  ticketId: string;
  entries: Entry[];
  onMoved: () => void;
}

/** Why the customer's messages stand in this conversation; what belongs elsewhere is moved, and put back. */
export function Threads({ ticketId, entries, onMoved }: ThreadsProps) {
  const { t } = useWords();
  const { api } = useAround();
  const latest = entries.at(-1)?.id ?? null;
  // eslint-disable-next-line react-hooks/exhaustive-deps -- asked again when somebody wrote
  const ask = useCallback(() => api.threads(ticketId), [api, ticketId, latest]);
  const { found, again } = useFound(ask);
  if (found === null) return null;
  const done = () => {
    again();
    onMoved();
  };
  const theirs = entries.filter(({ role }) => role === 'customer');
  return (
    <Fold title={t('threads.title')} aside={found.tickets.length > 1 ? <Tickets tickets={found.tickets} /> : undefined}>
      {found.tickets.length > 1 && <p>{t('threads.tickets', { tickets: found.tickets.map((each) => `#${each}`).join(', ') })}</p>}
      <ul className="threads">
        {found.joins.slice(-LATEST).map((join) => (
          <Why key={join.message} join={join} words={theirs.find(({ id }) => id === join.message)?.text ?? ''} />
        ))}
        {found.moves.map((move) => (
          <Undo key={move.id} move={move} ticketId={ticketId} onDone={done} />
        ))}
      </ul>
      {theirs.length > 0 && <Move ticketId={ticketId} theirs={theirs.slice(-LATEST)} others={found.others} onDone={done} />}
    </Fold>
  );
}

function Tickets({ tickets }: { tickets: string[] }) {
  const { t } = useWords();
  return <span className="quiet">{t('threads.count', { count: tickets.length })}</span>;
}

function Why({ join, words }: { join: Joined; words: string }) {
  const { t } = useWords();
  return (
    <li>
      {words && <q className="threads-words">{words}</q>}
      <span className="quiet">{t(`threads.ground.${join.ground}`, { words: join.words, by: join.by })}</span>
    </li>
  );
}

function Undo({ move, ticketId, onDone }: { move: Moved; ticketId: string; onDone: () => void }) {
  const { t, ago } = useWords();
  const { api } = useAround();
  const now = useNow();
  const act = useAct();
  const undo = async () => {
    if (await act.run(() => api.moveBack(ticketId, move.id))) onDone();
  };
  return (
    <li>
      <span>{t(move.here ? 'threads.came' : 'threads.went', { count: move.messages, by: move.by, ago: ago(move.at, now) })}</span>
      <Button isLink size="small" disabled={act.busy} onClick={() => void undo()}>
        {t('threads.undo')}
      </Button>
      <Refused problem={act.problem} />
    </li>
  );
}

interface MoveProps {
  ticketId: string;
  theirs: Entry[];
  others: OtherThread[];
  onDone: () => void;
}

function Move({ ticketId, theirs, others, onDone }: MoveProps) {
  const { t } = useWords();
  const { api } = useAround();
  const [from, setFrom] = useState('');
  const [where, setWhere] = useState(NEW);
  const act = useAct();
  // What was chosen may have gone since: moved away, or so long ago that it is not offered any more.
  const message = theirs.find(({ id }) => id === from)?.id ?? theirs.at(-1)?.id ?? '';
  const to = others.find(({ id }) => id === where)?.id ?? NEW;
  const move = async () => {
    if (await act.run(() => api.move(ticketId, message, to === NEW ? null : to))) onDone();
  };
  return (
    <div className="stack">
      <Field>
        <Field.Label>{t('threads.from')}</Field.Label>
        <Select isCompact value={message} onChange={(event) => setFrom(event.target.value)}>
          {theirs.map((entry) => (
            <option key={entry.id} value={entry.id}>
              {entry.text.slice(0, 60)}
            </option>
          ))}
        </Select>
      </Field>
      <Field>
        <Field.Label>{t('threads.to')}</Field.Label>
        <Select isCompact value={to} onChange={(event) => setWhere(event.target.value)}>
          <option value={NEW}>{t('threads.new')}</option>
          {others.map((other) => (
            <option key={other.id} value={other.id}>
              {other.ticket ? `#${other.ticket} ${other.subject}` : other.subject}
            </option>
          ))}
        </Select>
      </Field>
      <Button size="small" disabled={act.busy} onClick={() => void move()}>
        {t('threads.move')}
      </Button>
      <Refused problem={act.problem} />
    </div>
  );
}
