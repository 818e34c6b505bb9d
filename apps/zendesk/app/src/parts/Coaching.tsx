import '../css/coaching.css';
import { type ReactNode, useCallback, useEffect, useMemo, useState } from 'react';
import type { Hint } from '../api/coaching';
import type { Entry, Inserted } from '../api/types';
import { useAround } from '../around';
import { useComposed } from '../hooks/useComposed';
import { useFound } from '../hooks/useFound';
import { useWords } from '../words';
import { Card, Fold } from './Card';
import { Icon, type IconName } from './Icon';
import { InsertButton } from './InsertButton';

/** Fewer characters than these are the beginning of a word, or of a greeting. */
const FEWEST = 12;
const ICONS: Record<Hint['kind'], IconName> = {
  promise: 'block',
  rule: 'block',
  asked_again: 'question',
  due: 'alert',
  open: 'question',
  fell: 'negative',
  rose: 'positive',
};

interface CoachingProps {
  ticketId: string;
  decision: string | null;
  solved: boolean;
  entries: Entry[];
}

/** Hints on the agent's own words: while they write, and when the matter has ended. Nobody else sees them. */
export function Coaching({ ticketId, decision, solved, entries }: CoachingProps) {
  const { api } = useAround();
  const latest = entries.at(-1)?.id;
  const ask = useCallback(
    () => (decision ? api.coaching(ticketId) : Promise.resolve(null)),
    // eslint-disable-next-line react-hooks/exhaustive-deps -- asked again when one of these changed
    [api, ticketId, decision, solved, latest],
  );
  const { found } = useFound(ask);
  return (
    <>
      {found?.while_writing && <WhileWriting ticketId={ticketId} after={latest} />}
      {found?.afterwards && <Afterwards hints={found.afterwards} entries={entries} />}
    </>
  );
}

function WhileWriting({ ticketId, after }: { ticketId: string; after: string | undefined }) {
  const { t } = useWords();
  const { api, host } = useAround();
  const text = useComposed(host);
  const [found, setFound] = useState<{ text: string; hints: Hint[] } | null>(null);
  useEffect(() => {
    if (text.length < FEWEST) return;
    let gone = false;
    // A hint that could not be had is none: the next words ask again.
    api.typed(ticketId, text).then(
      (hints) => !gone && setFound({ text, hints }),
      () => undefined,
    );
    return () => {
      gone = true;
    };
  }, [api, ticketId, text, after]);
  const hints = text.length >= FEWEST ? (found?.hints ?? []) : [];
  return (
    <div role="status">
      {hints.length > 0 && (
        <Card title={t('coach.writing')}>
          <ul className="hints">
            {hints.map((hint) => (
              <Told key={`${hint.kind} ${hint.words}`} hint={hint}>
                {hint.kind === 'due' && <DueLine ticketId={ticketId} line={hint.words} />}
              </Told>
            ))}
          </ul>
        </Card>
      )}
    </div>
  );
}

function DueLine({ ticketId, line }: { ticketId: string; line: string }) {
  const { t } = useWords();
  const what = useMemo<Inserted>(() => ({ text: line, source: 'script', ref: '' }), [line]);
  return <InsertButton ticketId={ticketId} what={what} name={t('script.unnamed')} />;
}

function Afterwards({ hints, entries }: { hints: Hint[]; entries: Entry[] }) {
  const { t, moment } = useWords();
  const at = (hint: Hint) => entries.find(({ id }) => id === hint.about)?.at;
  return (
    <Fold title={t('coach.after')} aside={hints.length > 0 && <span className="quiet">{hints.length}</span>}>
      <p className="quiet">{t('coach.private')}</p>
      {hints.length === 0 && <p>{t('coach.nothing')}</p>}
      <ul className="hints">
        {hints.map((hint) => {
          const when = at(hint);
          return (
            <Told key={`${hint.kind} ${hint.words} ${hint.about ?? ''}`} hint={hint} ended>
              {when && <span className="quiet">{moment(when)}</span>}
            </Told>
          );
        })}
      </ul>
    </Fold>
  );
}

function Told({ hint, ended = false, children }: { hint: Hint; ended?: boolean; children?: ReactNode }) {
  const { t } = useWords();
  const fill = { words: hint.words, what: hint.text };
  const ours = {
    promise: null,
    rule: null,
    asked_again: t('coach.asked_again', fill),
    due: t(ended ? 'coach.due.after' : 'coach.due', fill),
    open: t('coach.open', fill),
    fell: t(ended ? 'coach.fell.after' : 'coach.fell'),
    rose: t('coach.rose'),
  }[hint.kind];
  return (
    <li className={`hint hint-${hint.kind}`}>
      <Icon name={ICONS[hint.kind]} className="icon-small" />
      <div className="hint-body">
        <p>
          {ours ?? hint.text}
          {hint.remedy && <span className="quiet"> {hint.remedy}</span>}
        </p>
        {hint.kind === 'due' && <blockquote className="script-text">{hint.words}</blockquote>}
        {children}
      </div>
    </li>
  );
}
