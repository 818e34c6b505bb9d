import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from 'react';
import { useLater } from './hooks/useLater';
import { ENGLISH, type Key, type Table, tableOf, type Tongue, tongueOf } from './languages';

export type { Key } from './languages';

/** Another language is waited for this long before English is shown. */
const PATIENCE_MS = 1_000;
const AGES: [Intl.RelativeTimeFormatUnit, number][] = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
];

export interface Words {
  locale: string;
  direction: Tongue['direction'];
  t: (key: Key, fill?: Record<string, string | number>) => string;
  percent: (share: number) => string;
  milliseconds: (ms: number) => string;
  number: (amount: number) => string;
  money: (amount: number, currency: string) => string;
  date: (iso: string) => string;
  moment: (iso: string) => string;
  time: (at: Date) => string;
  ago: (iso: string, now: Date) => string;
  clock: (now: Date, timeZone: string) => string | null;
  language: (code: string) => string;
}

/** Words and formats for one agent; the words are English until their table is given. */
export function wordsFor(wanted: string, table: Table = ENGLISH): Words {
  const { locale, direction } = tongueOf(wanted);
  return {
    locale,
    direction,
    t: (key, fill) => table[key].replace(/\{(\w+)\}/g, (whole, name: string) => String(fill?.[name] ?? whole)),
    percent: (share) => new Intl.NumberFormat(locale, { style: 'percent' }).format(share),
    milliseconds: (ms) =>
      new Intl.NumberFormat(locale, {
        style: 'unit',
        unit: 'millisecond',
        maximumFractionDigits: ms < 10 ? 1 : 0,
      }).format(ms),
    number: (amount) => new Intl.NumberFormat(locale, { maximumFractionDigits: 2 }).format(amount),
    money: (amount, currency) => money(amount, currency, locale),
    date: (iso) => format(iso, new Intl.DateTimeFormat(locale, { dateStyle: 'medium' })),
    moment: (iso) => format(iso, new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' })),
    time: (at) => new Intl.DateTimeFormat(locale, { timeStyle: 'short' }).format(at),
    ago: (iso, now) => ago(iso, now, locale),
    clock: (now, timeZone) => clock(now, timeZone, locale),
    language: (code) => language(code, locale),
  };
}

function format(iso: string, how: Intl.DateTimeFormat): string {
  const at = new Date(iso);
  return Number.isNaN(at.getTime()) ? iso : how.format(at);
}

function money(amount: number, currency: string, locale: string): string {
  try {
    // A draft costs a fraction of a cent.
    const digits = { minimumFractionDigits: 2, maximumFractionDigits: 5 };
    return new Intl.NumberFormat(locale, { style: 'currency', currency, ...digits }).format(amount);
  } catch {
    return `${String(amount)} ${currency}`;
  }
}

/** A sum as the web writes it (`5.00 GBP`), in the agent's own notation; another wording stays as it is. */
export function sumOf(text: string, { money }: Pick<Words, 'money'>): string {
  const found = /^(-?\d+(?:\.\d+)?) ([A-Z]{3})$/.exec(text);
  return found?.[1] && found[2] ? money(Number(found[1]), found[2]) : text;
}

function ago(iso: string, now: Date, locale: string): string {
  const at = new Date(iso);
  if (Number.isNaN(at.getTime())) return iso;
  const seconds = Math.max(0, (now.getTime() - at.getTime()) / 1_000);
  if (seconds > 7 * 86_400) return new Intl.DateTimeFormat(locale, { dateStyle: 'medium' }).format(at);
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto', style: 'short' });
  const age = AGES.find(([, size]) => seconds >= size);
  if (!age) return relative.format(0, 'second');
  const [unit, size] = age;
  return relative.format(-Math.floor(seconds / size), unit);
}

function clock(now: Date, timeZone: string, locale: string): string | null {
  try {
    return new Intl.DateTimeFormat(locale, { timeStyle: 'short', timeZone }).format(now);
  } catch {
    return null;
  }
}

function language(code: string, locale: string): string {
  try {
    return new Intl.DisplayNames([locale], { type: 'language' }).of(code) ?? code;
  } catch {
    return code;
  }
}

/** A text cut before its last word, which is kept on one line with what follows it. */
export function beforeLastWord(text: string): [string, string] {
  const at = text.lastIndexOf(' ') + 1;
  return [text.slice(0, at), text.slice(at)];
}

const Current = createContext<Words>(wordsFor('en'));

/**
 * Everything below speaks the agent's language. Until the locale is known (null) and its words are here the page keeps
 * its place but stays unseen, so that nobody watches it change its language.
 */
export function WordsIn({ locale, children }: { locale: string | null; children: ReactNode }) {
  const [words, setWords] = useState<Words | null>(null);
  const late = useLater(PATIENCE_MS);
  useEffect(() => {
    if (locale === null) return;
    let current = true;
    void tableOf(tongueOf(locale).language).then((table) => {
      if (current) setWords(wordsFor(locale, table));
    });
    return () => {
      current = false;
    };
  }, [locale]);
  const spoken = useMemo(() => words ?? wordsFor(locale ?? 'en'), [words, locale]);
  useEffect(() => {
    document.documentElement.lang = spoken.locale;
    document.documentElement.dir = spoken.direction;
  }, [spoken]);
  return (
    <Current.Provider value={spoken}>
      <div className={words || late ? undefined : 'unsettled'}>{children}</div>
    </Current.Provider>
  );
}

export const useWords = (): Words => useContext(Current);
