import { Button } from '@zendeskgarden/react-buttons';
import { useState } from 'react';
import type { Change, Run, RunState } from '../api/doing';
import { useAround } from '../around';
import { useAct } from '../hooks/useAct';
import { useNow } from '../hooks/useNow';
import { useReturn } from '../hooks/useReturn';
import { type Key, useWords } from '../words';
import { Chip, type Tone } from './Chip';
import { Refused } from './states';

const TONES: Record<RunState, Tone> = {
  awaiting: 'yellow',
  ready: 'blue',
  done: 'green',
  refused: 'red',
  unclear: 'red',
  rejected: 'red',
  expired: 'grey',
};
const SHOWN = 3;

interface RunListProps {
  runs: Run[];
  ticketId: string;
  onAsked: () => void;
}

/** What was asked for here, and what came of it. */
export function RunList({ runs, ...rest }: RunListProps) {
  const { t } = useWords();
  const [all, setAll] = useState(false);
  if (runs.length === 0) return null;
  return (
    <>
      <ul className="runs" aria-label={t('act.runs')}>
        {runs.slice(0, all ? undefined : SHOWN).map((run) => (
          <OneRun key={run.id} run={run} {...rest} />
        ))}
      </ul>
      {runs.length > SHOWN && !all && (
        <Button isLink size="small" onClick={() => setAll(true)}>
          {t('act.runs.more', { count: runs.length - SHOWN })}
        </Button>
      )}
    </>
  );
}

function OneRun({ run, ticketId, onAsked }: { run: Run; ticketId: string; onAsked: () => void }) {
  const { t, ago } = useWords();
  const now = useNow();
  const state = run.undone ? 'undone' : run.state;
  return (
    <li className="run">
      <div className="run-head" role="status">
        <strong>{run.says}</strong>
        <Chip small text={t(`act.state.${state}` as Key)} tone={run.undone ? 'grey' : TONES[run.state]} />
      </div>
      <Changes changes={run.changes} />
      {run.why && <p className={`finding ${run.state === 'done' ? 'quiet' : 'finding-warn'}`}>{run.why}</p>}
      {run.state === 'unclear' && <p className="quiet">{t('act.unclear')}</p>}
      <p className="dotted quiet">
        <span>{run.by || t('act.by_customer')}</span>
        {run.approved_by.length > 0 && <span>{t('act.approved_by', { who: run.approved_by.join(', ') })}</span>}
        <span>{ago(run.settled_at ?? run.asked_at, now)}</span>
      </p>
      {run.found.length > 0 && (
        <details className="run-found">
          <summary>{t('act.found')}</summary>
          <pre dir="auto">{run.found.join('\n')}</pre>
        </details>
      )}
      {run.undo && <Undo run={run} says={run.undo.says} until={run.undo.until} ticketId={ticketId} onAsked={onAsked} />}
    </li>
  );
}

interface UndoProps {
  run: Run;
  says: string;
  until: string;
  ticketId: string;
  onAsked: () => void;
}

/** Asked once more before it is taken back, with what that changes. */
function Undo({ run, says, until, ticketId, onAsked }: UndoProps) {
  const { t, moment } = useWords();
  const { api } = useAround();
  const act = useAct();
  const [sure, setSure] = useState(false);
  const [button, closed] = useReturn();
  const cancel = () => {
    setSure(false);
    closed();
  };
  const undo = async () => {
    if (!(await act.run(() => api.undoAction(ticketId, run.id)))) return;
    setSure(false);
    onAsked();
  };
  if (!sure) {
    return (
      <Button size="small" ref={button} onClick={() => setSure(true)}>
        {t('act.undo')}
      </Button>
    );
  }
  return (
    <div className="run-undo">
      <p>{t('act.undo.sure', { what: says })}</p>
      <p className="quiet">{t('act.undo.until', { when: moment(until) })}</p>
      <div className="row">
        {/* eslint-disable-next-line jsx-a11y/no-autofocus -- it takes the place of the button that was pressed */}
        <Button size="small" isPrimary autoFocus disabled={act.busy} onClick={() => void undo()}>
          {t('act.undo.yes')}
        </Button>
        <Button size="small" isBasic onClick={cancel}>
          {t('action.cancel')}
        </Button>
      </div>
      <Refused problem={act.problem} />
    </div>
  );
}

export function Changes({ changes }: { changes: Change[] }) {
  const { t } = useWords();
  return (
    <dl className="changes">
      {changes.map(({ says, before, after }) => (
        <div key={says}>
          <dt>{says}</dt>
          <dd>
            <span className="change-before">{before}</span> <span aria-hidden="true">→</span>
            <span className="unseen">{t('act.becomes')}</span> <strong>{after}</strong>
          </dd>
        </div>
      ))}
    </dl>
  );
}
