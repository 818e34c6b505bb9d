import { useMemo } from 'react';
import { useWords } from '../words';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** Milliseconds in the unit that people would use. */
export function useDuration(): (ms: number) => string {
  const { locale } = useWords();
  return useMemo(() => {
    const unit = (name: string, digits: number) =>
      new Intl.NumberFormat(locale, { style: 'unit', unit: name, maximumFractionDigits: digits });
    const [ms, seconds, minutes, hours] = [unit('millisecond', 0), unit('second', 1), unit('minute', 1), unit('hour', 1)];
    return (value) => {
      if (value < SECOND) return ms.format(value);
      if (value < 2 * MINUTE) return seconds.format(value / SECOND);
      return value < 2 * HOUR ? minutes.format(value / MINUTE) : hours.format(value / HOUR);
    };
  }, [locale]);
}

/** A sum of money in as many digits as it takes to see it. */
export function useSum(): (amount: number, currency: string) => string {
  const { locale } = useWords();
  return useMemo(
    () => (amount, currency) =>
      new Intl.NumberFormat(locale, {
        style: 'currency',
        currency,
        maximumFractionDigits: amount >= 0.1 || amount === 0 ? 2 : 4,
      }).format(amount),
    [locale],
  );
}

/** A role as people call it: CX, IT, Legal. */
export function roleName(role: string): string {
  return role.length <= 2 ? role.toUpperCase() : plain(role);
}

/** The policy's own name of something, as words. */
export function plain(name: string): string {
  const words = name.replace(/^trigger:/, '').replaceAll(/[._]/g, ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}
