import { Button } from '@zendeskgarden/react-buttons';
import { useState } from 'react';
import { useAround } from '../around';
import { useAct } from '../hooks/useAct';
import { useNow } from '../hooks/useNow';
import { useWords } from '../words';
import { Panel } from './Panel';
import type { Gap, Gaps, Period } from './types';
import { useSection } from './useSection';

/** What customers asked and no article answers: what to write next. */
export function GapsView({ period }: { period: Period }) {
  const { t, number } = useWords();
  const section = useSection<Gaps>(`gaps?days=${period}`);
  return (
    <Panel title={t('overview.gaps')} section={section}>
      {(gaps) =>
        gaps.questions === 0 ? (
          <p className="quiet">{t('overview.gaps.none')}</p>
        ) : (
          <>
            <p className="quiet">
              {t('overview.gaps.found', { questions: number(gaps.questions), groups: number(gaps.groups) })}{' '}
              {gaps.read < gaps.questions && t('overview.gaps.newest', { count: number(gaps.read) })}
            </p>
            <ol className="gaps">
              {gaps.shown.map((gap) => (
                <OneGap key={`${gap.question} ${gap.last_at}`} gap={gap} />
              ))}
            </ol>
          </>
        )
      }
    </Panel>
  );
}

function OneGap({ gap }: { gap: Gap }) {
  const { t, number, ago, language, percent } = useWords();
  const { host } = useAround();
  const opening = useAct();
  const now = useNow();
  const [open, setOpen] = useState(false);
  const { ticket } = gap;
  return (
    <li className="gap">
      <strong className="gap-count" aria-label={t('overview.gaps.times', { count: number(gap.count) })}>
        {number(gap.count)}×
      </strong>
      <div className="stack-small grow">
        <p className="gap-question">{gap.question}</p>
        <p className="dotted quiet">
          {gap.intent && <span>{gap.intent}</span>}
          <span>{language(gap.language)}</span>
          <span>{t('overview.gaps.last', { ago: ago(gap.last_at, now) })}</span>
          {gap.nearest && (
            <span>{t('overview.gaps.nearest', { title: gap.nearest.title, share: percent(gap.nearest.score) })}</span>
          )}
        </p>
        <div className="row">
          {gap.wordings.length > 0 && (
            <Button size="small" isLink aria-expanded={open} onClick={() => setOpen(!open)}>
              {t(open ? 'overview.gaps.fewer' : 'overview.gaps.more', { count: number(gap.wordings.length) })}
            </Button>
          )}
          {ticket && (
            <Button size="small" isLink onClick={() => void opening.run(() => host.openTicket(ticket))}>
              {t('overview.gaps.ticket', { id: ticket })}
            </Button>
          )}
        </div>
        {open && (
          <ul className="wordings">
            {gap.wordings.map((wording) => (
              <li key={wording}>{wording}</li>
            ))}
          </ul>
        )}
      </div>
    </li>
  );
}
