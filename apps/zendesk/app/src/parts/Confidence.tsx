import { useId } from 'react';
import type { Draft } from '../api/types';
import { useWords } from '../words';

const HIGH = 0.75;
const MIDDLE = 0.5;

/** How sure the draft is, and what it does not know. */
export function Confidence({ draft }: { draft: Draft }) {
  const { t, percent } = useWords();
  const id = useId();
  const level = draft.confidence >= HIGH ? 'high' : draft.confidence >= MIDDLE ? 'middle' : 'low';
  return (
    <div className="sure">
      <div className="sure-line">
        <span id={id}>{t('draft.confidence')}</span>
        <span
          className="meter"
          role="meter"
          aria-labelledby={id}
          aria-valuemin={0}
          aria-valuemax={100}
          aria-valuenow={Math.round(draft.confidence * 100)}
          aria-valuetext={`${percent(draft.confidence)}, ${t(`draft.confidence.${level}`)}`}
        >
          <span className={`meter-fill meter-${level}`} style={{ width: `${draft.confidence * 100}%` }} />
        </span>
        <span className={`mini sure-${level}`}>
          {percent(draft.confidence)} {t(`draft.confidence.${level}`)}
        </span>
      </div>
      {draft.unknown.length > 0 && (
        <div className="unknown">
          <h3>{t('draft.unknown')}</h3>
          <ul className="plain-list">
            {draft.unknown.map((item) => (
              <li key={item}>{item}</li>
            ))}
          </ul>
        </div>
      )}
    </div>
  );
}
