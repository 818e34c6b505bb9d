import { useMemo } from 'react';
import { useWords } from '../words';

/** Days of UTC as people write them: 21 Nov. */
export function useDay(): (day: string) => string {
  const { locale } = useWords();
  return useMemo(() => {
    const how = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short', timeZone: 'UTC' });
    return (day) => how.format(new Date(`${day}T00:00:00Z`));
  }, [locale]);
}
