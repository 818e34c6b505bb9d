import { Button } from '@zendeskgarden/react-buttons';
import { Field, Select, Textarea } from '@zendeskgarden/react-forms';
import { type FormEvent, useCallback, useState } from 'react';
import type { WrapUp as Made, WrapUpWish } from '../api/types';
import { useAround } from '../around';
import { useAct } from '../hooks/useAct';
import { useFound } from '../hooks/useFound';
import { type Key, useWords } from '../words';
import { Problem, Searching } from './Beside';
import { Fold } from './Card';
import { Lines } from './Package';
import { Refused } from './states';

interface WrapUpProps {
  ticketId: string;
  /** The newest word of the ticket: after another one the summary is made anew. */
  latest: string;
}

/** The work after the conversation, made from the record when somebody opens it: read, changed, written by one click. */
export function WrapUp(props: WrapUpProps) {
  const { t } = useWords();
  return (
    <Fold title={t('wrapup.title')}>
      <Asked {...props} />
    </Fold>
  );
}

function Asked({ ticketId, latest }: WrapUpProps) {
  const { api } = useAround();
  // eslint-disable-next-line react-hooks/exhaustive-deps -- after a new word it is asked for anew
  const ask = useCallback(() => api.wrapUp(ticketId), [api, ticketId, latest]);
  const { found, problem, again } = useFound(ask);
  if (problem) return <Problem problem={problem} again={again} />;
  if (found === null) return <Searching />;
  return <Shown made={found} ticketId={ticketId} onDone={again} />;
}

function Shown({ made, ticketId, onDone }: { made: Made; ticketId: string; onDone: () => void }) {
  const { t, moment } = useWords();
  const { api } = useAround();
  const act = useAct();
  // What the agent changed stays theirs when the rest is made anew.
  const [changed, setChanged] = useState<Partial<WrapUpWish>>({});
  const [said, setSaid] = useState<Key | null>(null);
  const { text, disposition, outcome, next_step } = { ...made, ...changed };
  const change = (more: Partial<WrapUpWish>) => setChanged((before) => ({ ...before, ...more }));
  const done = async (thing: () => Promise<void>, word: Key) => {
    if (!(await act.run(thing))) return;
    setSaid(word);
    setChanged({});
    onDone();
  };
  const write = (event: FormEvent) => {
    event.preventDefault();
    void done(() => api.writeWrapUp(ticketId, { text, disposition, outcome, next_step }), 'wrapup.written');
  };
  return (
    <form className="form" onSubmit={write}>
      {made.earlier.length > 0 && (
        <dl className="facts">
          <Lines term={t('wrapup.earlier')} items={made.earlier} />
        </dl>
      )}
      <Field>
        <Field.Label isRegular>{t('wrapup.text')}</Field.Label>
        <Textarea isCompact dir="auto" minRows={5} maxRows={14} value={text} onChange={(event) => change({ text: event.target.value })} />
      </Field>
      <Choice label={t('wrapup.disposition')} value={disposition} of={made.dispositions} onChange={(value) => change({ disposition: value })} />
      <Choice
        label={t('wrapup.outcome')}
        value={outcome}
        of={made.outcomes}
        say={(value) => t(`wrapup.outcome.${value}` as Key)}
        onChange={(value) => change({ outcome: value })}
      />
      <Field>
        <Field.Label isRegular>{t('wrapup.next_step')}</Field.Label>
        <Textarea isCompact dir="auto" minRows={1} maxRows={4} value={next_step} onChange={(event) => change({ next_step: event.target.value })} />
      </Field>
      {!made.settled && made.to_crm && <p className="quiet">{t('wrapup.to_crm')}</p>}
      {made.writes_at && <p className="quiet">{t('wrapup.writes_at', { when: moment(made.writes_at) })}</p>}
      <div className="row">
        <Button size="small" isPrimary type="submit" disabled={act.busy || made.settled || text.trim() === ''}>
          {t('wrapup.apply')}
        </Button>
        {made.writes_at && (
          <Button size="small" isBasic disabled={act.busy} onClick={() => void done(() => api.objectToWrapUp(ticketId), 'wrapup.objected')}>
            {t('wrapup.object')}
          </Button>
        )}
      </div>
      <Refused problem={act.problem} />
      <p className={made.settled ? 'done' : 'unseen'} role="status">
        {made.settled && t(said ?? 'wrapup.settled')}
      </p>
    </form>
  );
}

interface ChoiceProps {
  label: string;
  value: string;
  of: string[];
  say?: (value: string) => string;
  onChange: (value: string) => void;
}

function Choice({ label, value, of, say = (each) => each, onChange }: ChoiceProps) {
  return (
    <Field>
      <Field.Label isRegular>{label}</Field.Label>
      <Select isCompact value={value} onChange={(event) => onChange(event.target.value)}>
        {of.map((each) => (
          <option key={each} value={each}>
            {say(each)}
          </option>
        ))}
      </Select>
    </Field>
  );
}
