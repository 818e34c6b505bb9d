import { type CSSProperties } from 'react';
import { useWords } from '../words';
import type { Share } from './types';

/** A share with what it is of; where the cases are too few it says so instead of pretending. */
export function ShareBar({ share }: { share: Share }) {
  const { t, percent } = useWords();
  if (share.value === null) return <span className="quiet">{t('overview.none')}</span>;
  const { hits, cases } = share;
  if (!share.enough) {
    return (
      <span>
        {t('overview.of', { hits, cases })} <span className="quiet">· {t('overview.few')}</span>
      </span>
    );
  }
  const [low, high] = [percent(share.low), percent(share.high)];
  return (
    <span className="share">
      <span className="share-track" aria-hidden="true">
        <span className="share-bar" style={{ inlineSize: `${share.value * 100}%` } as CSSProperties} />
        <span
          className="share-range"
          style={{ insetInlineStart: `${share.low * 100}%`, inlineSize: `${(share.high - share.low) * 100}%` }}
        />
      </span>
      <span className="share-words">
        <strong>{percent(share.value)}</strong>{' '}
        <span className="quiet">
          {t('overview.of', { hits, cases })} · {t('overview.range', { low, high })}
        </span>
      </span>
    </span>
  );
}
