import type { ReactNode } from 'react';
import type { Handoff } from '../api/types';
import { useWords } from '../words';
import { Card } from './Card';
import { Chip } from './Chip';
import { Icon } from './Icon';

const IDENTITY_TONES = { verified: 'green', known: 'grey', unverified: 'yellow' } as const;

/** The warm handoff: all that is known, so that nobody asks the customer again. */
export function HandoffCard({ handoff }: { handoff: Handoff }) {
  const { t } = useWords();
  const { agent, group } = handoff;
  const target = agent ? t('handoff.to.agent', { agent, group }) : t('handoff.to', { name: group });
  return (
    <Card title={t('handoff.title')} tone="accent" aside={<span className="quiet">{target}</span>}>
      <dl className="facts">
        <Row term={t('handoff.wants')} strong>{handoff.wants}</Row>
        <List term={t('handoff.tried')} items={handoff.tried} />
        <List term={t('handoff.open')} items={handoff.open} />
        <List term={t('handoff.options')} items={handoff.options ?? []} />
        <List term={t('handoff.history')} items={handoff.history ?? []} />
        <Row term={t('handoff.why')}>{handoff.reason}</Row>
        {handoff.summary && <Row term={t('handoff.summary')}>{handoff.summary}</Row>}
      </dl>
      <div className="chips">
        <Chip
          icon={handoff.identity === 'verified' ? 'check' : 'alert'}
          tone={IDENTITY_TONES[handoff.identity]}
          text={t(`handoff.identity.${handoff.identity}`)}
        />
        {handoff.sentiment_trend.length > 1 && <Trend scores={handoff.sentiment_trend} />}
      </div>
    </Card>
  );
}

function Row({ term, strong, children }: { term: string; strong?: boolean; children: ReactNode }) {
  return (
    <>
      <dt>{term}</dt>
      <dd>{strong ? <strong>{children}</strong> : children}</dd>
    </>
  );
}

function List({ term, items }: { term: string; items: string[] }) {
  if (items.length === 0) return null;
  return (
    <Row term={term}>
      <ul className="plain-list">
        {items.map((item) => (
          <li key={item}>{item}</li>
        ))}
      </ul>
    </Row>
  );
}

const WIDTH = 56;
const HEIGHT = 16;
const STEADY = 0.15;

/** The mood message by message as a small line, and in a word for those who do not see it. */
function Trend({ scores }: { scores: number[] }) {
  const { t } = useWords();
  const step = WIDTH / (scores.length - 1);
  const points = scores.map((score, at) => `${at * step},${((1 - score) / 2) * HEIGHT}`).join(' ');
  const change = (scores.at(-1) ?? 0) - (scores[0] ?? 0);
  const way = change > STEADY ? 'rising' : change < -STEADY ? 'falling' : 'steady';
  return (
    <span className="trend" title={t('handoff.trend')}>
      <svg width={WIDTH} height={HEIGHT} viewBox={`-2 -2 ${WIDTH + 4} ${HEIGHT + 4}`} aria-hidden="true">
        <line x1="0" x2={WIDTH} y1={HEIGHT / 2} y2={HEIGHT / 2} className="trend-zero" />
        <polyline points={points} className={`trend-line trend-${way}`} />
      </svg>
      <span>{t(`handoff.trend.${way}`)}</span>
      {way === 'falling' && <Icon name="negative" className="icon-small" />}
    </span>
  );
}
