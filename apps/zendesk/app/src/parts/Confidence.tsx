import { useId } from 'react';
import type { Draft } from '../api/types';
import { useWords } from '../words';

const HIGH = 0.75;
const MIDDLE = 0.5;

/** How sure the draft is. What it does not know is a next step, or the handoff's. */
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
    </div>
  );
}
