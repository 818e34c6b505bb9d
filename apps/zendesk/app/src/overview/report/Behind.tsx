import { Button } from '@zendeskgarden/react-buttons';
import { useEffect, useId, useRef, useState } from 'react';
import { useAround } from '../../around';
import { useAct } from '../../hooks/useAct';
import { KeepCase } from '../../parts/KeepCase';
import { useWords } from '../../words';
import type { Conversations, Cut, Measure } from '../types';
import { useSection } from '../useSection';
import { useNames } from './naming';

/** One figure; `by` null: of all matters. Without `counted` those on its worse side are shown. */
export interface Figure {
  by: Cut | null;
  key: string;
  group: string;
  measure: Measure;
  counted?: boolean;
}

const TALLEST = 560;
const EDGE = 16;

/** Beside what was clicked: where Zendesk makes the page as tall as its content, its middle may be out of sight. */
const placeNear = (y: number) => Math.max(EDGE, Math.min(y - TALLEST / 3, window.innerHeight - TALLEST));

/** The conversations behind a figure, over the page until it is closed. */
export function Behind({ figure, at, query, close }: { figure: Figure; at: number; query: string; close: () => void }) {
  const { t } = useWords();
  const box = useRef<HTMLDialogElement>(null);
  const id = useId();
  const [counted, setCounted] = useState(figure.counted);
  useEffect(() => {
    // Strict mode runs it twice, and an open dialog cannot be opened.
    if (!box.current?.open) box.current?.showModal();
  }, []);
  const asked = new URLSearchParams({ by: figure.by ?? 'all', key: figure.key, measure: figure.measure.name });
  if (counted !== undefined) asked.set('counted', String(counted));
  const { found, problem } = useSection<Conversations>(`report/conversations?${query}&${asked}`);
  return (
    <dialog ref={box} className="report-behind" style={{ insetBlockStart: placeNear(at) }} aria-labelledby={id} onClose={close}>
      <h2 id={id}>
        {figure.group && `${figure.group} · `}
        {figure.measure.title}
      </h2>
      {problem && <p className="refused">{t(`problem.${problem.code}.title`)}</p>}
      {!found && !problem && <p className="quiet">{t('overview.loading')}</p>}
      {found && (
        <>
          <p className="quiet">
            {t(found.counted ? 'report.counted' : 'report.uncounted', { of: figure.measure.of })}{' '}
            <Button isLink size="small" onClick={() => setCounted(!found.counted)}>
              {t(found.counted ? 'report.turn.uncounted' : 'report.turn.counted')}
            </Button>
          </p>
          <Rows found={found} />
          {found.more && <p className="quiet">{t('report.older', { measure: figure.measure.name })}</p>}
        </>
      )}
      <div className="row report-end">
        <Button size="small" onClick={() => box.current?.close()}>
          {t('report.close')}
        </Button>
      </div>
    </dialog>
  );
}

function Rows({ found }: { found: Conversations }) {
  const { t, moment, number } = useWords();
  const { host } = useAround();
  const opening = useAct();
  const name = useNames();
  return (
    <>
      {found.conversations.length + found.withheld === 0 && <p>{t('report.nobody')}</p>}
      <ol className="report-rows">
        {found.conversations.map(({ conversation, ticket, began_at, channel, intent, team }) => (
          <li key={conversation}>
            {ticket ? (
              <Button size="small" isLink onClick={() => void opening.run(() => host.openTicket(ticket))}>
                {t('overview.gaps.ticket', { id: ticket })}
              </Button>
            ) : (
              <span>{t('report.untitled')}</span>
            )}
            <span className="dotted quiet">
              <span>{moment(began_at)}</span>
              <span>{name('channel', channel, channel)}</span>
              <span>{name('intent', intent, intent)}</span>
              {team && <span>{team}</span>}
            </span>
            {ticket && <KeepCase ticketId={ticket} named />}
          </li>
        ))}
      </ol>
      {found.withheld > 0 && <p className="quiet">{t('report.withheld', { count: number(found.withheld) })}</p>}
    </>
  );
}
