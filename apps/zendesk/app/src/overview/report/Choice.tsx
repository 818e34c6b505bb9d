import { useId, useState } from 'react';
import { useNow } from '../../hooks/useNow';
import { useWords } from '../../words';
import { type Cut, CUTS } from '../types';

const PRESETS = [7, 30, 90, 365] as const;
const DAY_MS = 86_400_000;

/** So many last days, today among them, or from one day to another. */
export type Span = { days: number } | { since: string; until: string };
export const DEFAULT: Span = { days: 30 };

const iso = (at: Date) => at.toISOString().slice(0, 10);
const daysBack = (days: number, now: Date) => iso(new Date(now.getTime() - (days - 1) * DAY_MS));

export function spanQuery(span: Span, now = new Date()): string {
  return 'days' in span ? `since=${daysBack(span.days, now)}` : `since=${span.since}&until=${span.until}`;
}

interface ChoiceProps {
  span: Span;
  choose: (span: Span) => void;
  by: Cut;
  cut: (by: Cut) => void;
}

/** Which days, and by what they are told apart. */
export function Choice({ span, choose, by, cut }: ChoiceProps) {
  const { t } = useWords();
  const name = useId();
  const now = useNow();
  const own = 'since' in span;
  return (
    <div className="report-choice">
      <fieldset className="periods">
        <legend className="unseen">{t('overview.period')}</legend>
        {PRESETS.map((days) => (
          <label key={days}>
            <input type="radio" name={name} checked={!own && span.days === days} onChange={() => choose({ days })} />
            <span>{t('overview.days', { count: days })}</span>
          </label>
        ))}
        <label>
          <input
            type="radio"
            name={name}
            checked={own}
            onChange={() => choose({ since: 'days' in span ? daysBack(span.days, now) : span.since, until: iso(now) })}
          />
          <span>{t('report.other')}</span>
        </label>
        <span className="quiet">{t('overview.utc')}</span>
      </fieldset>
      {own && <Days span={span} choose={choose} />}
      <label className="report-cut">
        {t('report.by')}{' '}
        <select value={by} onChange={({ target }) => cut(target.value as Cut)}>
          {CUTS.map((one) => (
            <option key={one} value={one}>
              {t(`report.by.${one}`)}
            </option>
          ))}
        </select>
      </label>
    </div>
  );
}

/** What is not whole, or ends before it begins, is not asked for. */
function Days({ span, choose }: { span: { since: string; until: string }; choose: (span: Span) => void }) {
  const { t } = useWords();
  const [shown, setShown] = useState(span);
  const changed = (part: Partial<typeof span>) => {
    const wanted = { ...shown, ...part };
    setShown(wanted);
    if (wanted.since && wanted.until && wanted.since <= wanted.until) choose(wanted);
  };
  return (
    <div className="report-days">
      <label>
        {t('report.since')}{' '}
        <input type="date" value={shown.since} max={shown.until} onChange={({ target }) => changed({ since: target.value })} />
      </label>
      <label>
        {t('report.until')}{' '}
        <input type="date" value={shown.until} min={shown.since} onChange={({ target }) => changed({ until: target.value })} />
      </label>
    </div>
  );
}
