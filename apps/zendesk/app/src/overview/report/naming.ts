import { useMemo } from 'react';
import { type Key, useWords } from '../../words';
import { plain } from '../format';
import type { Cut, Part } from '../types';

const CHANNELS = ['email', 'sms', 'whatsapp', 'web', 'chat', 'messenger', 'instagram', 'voice'];

/** A group's name as people say it; what only the company names is its own word. */
export function useNames(): (by: Cut, key: string, label: string) => string {
  const { t, language, locale } = useWords();
  return useMemo(() => {
    const month = new Intl.DateTimeFormat(locale, { month: 'long', year: 'numeric', timeZone: 'UTC' });
    return (by, key, label) => {
      if (!key) return t('report.unknown');
      if (by === 'channel' && CHANNELS.includes(key)) return t(`channel.${key}` as Key);
      if (by === 'automation') return t(`report.automation.${key}` as Key);
      if (by === 'language') return language(key);
      if (by === 'month') return month.format(new Date(`${key}-01T00:00:00Z`));
      return label === key && by === 'rule' ? plain(key) : label;
    };
  }, [t, language, locale]);
}

/** A share and its interval; an interval whose ends would read the same gets a digit more. */
export function useShares() {
  const { locale } = useWords();
  return useMemo(() => {
    const [whole, fine] = [0, 1].map(
      (digits) => new Intl.NumberFormat(locale, { style: 'percent', minimumFractionDigits: digits, maximumFractionDigits: digits }),
    ) as [Intl.NumberFormat, Intl.NumberFormat];
    const points = new Intl.NumberFormat(locale, { signDisplay: 'exceptZero', minimumFractionDigits: 1, maximumFractionDigits: 1 });
    return {
      share: ({ value }: Part) => (value === null ? '–' : whole.format(value)),
      range: ({ low, high }: Part) => {
        const digits = high - low >= 0.01 ? whole : fine;
        return { low: digits.format(low), high: digits.format(high) };
      },
      points: (change: number) => points.format(change * 100),
    };
  }, [locale]);
}
