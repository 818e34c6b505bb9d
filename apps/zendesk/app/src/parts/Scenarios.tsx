import { Button } from '@zendeskgarden/react-buttons';
import { useCallback, useState } from 'react';
import type { Scenario } from '../api/types';
import { useAround } from '../around';
import type { Found } from '../hooks/useFound';
import { useInsert } from '../hooks/useInsert';
import { sumOf, useWords } from '../words';
import { Problem } from './Beside';
import { Card } from './Card';
import { CopyBox } from './CopyBox';

/** Ways out that the company's rules allow, with their sums; the agent chooses, nothing here is sent by itself. */
export function Scenarios({ ticketId, offers }: { ticketId: string; offers: Found<Scenario[]> }) {
  const { t } = useWords();
  const [all, setAll] = useState(false);
  const { problem, again } = offers;
  const found = offers.found ?? [];
  if (found.length === 0 && !problem) return null;
  const open = found.filter(({ closed }) => !closed);
  const shut = found.length - open.length;
  return (
    <Card title={t('offer.title')}>
      {problem && <Problem problem={problem} again={again} />}
      {found.length > 0 && open.length === 0 && <p className="quiet">{t('offer.none')}</p>}
      <ul className="offers">
        {(all ? found : open).map((scenario) => (
          <Offer key={`${scenario.order} ${scenario.rule}`} scenario={scenario} ticketId={ticketId} />
        ))}
      </ul>
      {shut > 0 && (
        <Button isLink size="small" aria-expanded={all} onClick={() => setAll(!all)}>
          {all ? t('offer.fewer') : t('offer.more', { count: shut })}
        </Button>
      )}
    </Card>
  );
}

function Offer({ scenario, ticketId }: { scenario: Scenario; ticketId: string }) {
  const words = useWords();
  const { t } = words;
  const { api } = useAround();
  const record = useCallback(() => api.chosen(ticketId, scenario), [api, ticketId, scenario]);
  const [insertion, insert] = useInsert(record);
  return (
    <li className={`offer ${scenario.closed ? 'offer-closed' : ''}`}>
      <div className="offer-head">
        <strong>{scenario.label}</strong>
        {scenario.amount && <strong className="offer-sum">{sumOf(scenario.amount, words)}</strong>}
      </div>
      <p className="dotted quiet">
        <span>{t('offer.order', { order: scenario.order })}</span>
        {scenario.source && <span>{scenario.source}</span>}
      </p>
      {scenario.closed ? (
        <p className="quiet">{t('offer.closed', { why: scenario.closed })}</p>
      ) : (
        <>
          {scenario.supposes && <p className="quiet">{t('offer.supposes', { what: scenario.supposes })}</p>}
          {scenario.steps.length > 1 && <Steps scenario={scenario} />}
          <p className="offer-text">{scenario.text}</p>
          {scenario.approval && <p className="finding finding-warn">{t('offer.approval', { who: scenario.approval })}</p>}
          {insertion.step === 'failed' ? (
            <CopyBox text={insertion.text} unsure={insertion.unsure} />
          ) : (
            <Button size="small" disabled={insertion.step === 'busy'} onClick={() => void insert(scenario.text)}>
              {t(insertion.step === 'done' ? 'offer.insert.again' : 'offer.insert')}
            </Button>
          )}
          {insertion.step === 'done' && (
            <p className="done" role="status">
              {t(insertion.recorded ? 'offer.inserted' : 'draft.inserted.unrecorded')}
            </p>
          )}
        </>
      )}
    </li>
  );
}

function Steps({ scenario }: { scenario: Scenario }) {
  const words = useWords();
  return (
    <dl className="offer-steps">
      {scenario.steps.map(({ label, amount }) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd>{sumOf(amount, words)}</dd>
        </div>
      ))}
    </dl>
  );
}
