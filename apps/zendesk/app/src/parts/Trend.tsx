import { useWords } from '../words';
import { Icon } from './Icon';

const WIDTH = 56;
const HEIGHT = 16;
const STEADY = 0.15;

/** The mood message by message as a small line, and in a word for those who do not see it. */
export function Trend({ scores }: { scores: number[] }) {
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
