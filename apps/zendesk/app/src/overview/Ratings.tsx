import { Icon } from '../parts/Icon';
import { useWords } from '../words';
import { plain } from './format';
import type { Rated } from './types';

const REASONS = ['wrong', 'outdated', 'not_this_case', 'tone', 'missing'] as const;
const isReason = (name: string): name is (typeof REASONS)[number] => (REASONS as readonly string[]).includes(name);

/** Thumbs and their reasons. Few agents rate, so there are counts and no share. */
export function Ratings({ ratings }: { ratings: Rated[] }) {
  const { t, number } = useWords();
  if (ratings.every(({ count }) => count === 0)) return <p className="quiet">{t('overview.ratings.none')}</p>;
  return (
    <div className="halves">
      {ratings.map(({ thumb, count, said, reasons }) => (
        <section key={thumb} className="stack-small">
          <h3 className="row">
            <Icon name={thumb === 'up' ? 'thumbUp' : 'thumbDown'} className="icon-small" />
            {t(`overview.ratings.${thumb}`)} <strong>{number(count)}</strong>
          </h3>
          <ul className="reasons">
            {reasons.map(({ reason, count: times }) => (
              <li key={reason}>
                <span>{isReason(reason) ? t(`rating.reason.${reason}`) : plain(reason)}</span>
                <span className="numeric">{number(times)}</span>
              </li>
            ))}
            {said > 0 && (
              <li>
                <span>{t('overview.ratings.said')}</span>
                <span className="numeric">{number(said)}</span>
              </li>
            )}
          </ul>
        </section>
      ))}
    </div>
  );
}
