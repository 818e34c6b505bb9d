import en from '../translations/en.json';

export type Key = keyof typeof en;
export type Table = Record<Key, string>;

/** English comes with the app: it is what is said until, or in case, another table cannot be had. */
export const ENGLISH: Table = en;

const LOADERS = import.meta.glob<Partial<Table>>(['../translations/*.json', '!../translations/en.json'], {
  import: 'default',
});
const NAME = /([a-z]+)\.json$/;
const LOAD: Record<string, () => Promise<Partial<Table>>> = Object.fromEntries(
  Object.entries(LOADERS).map(([path, load]) => [NAME.exec(path)?.[1] ?? '', load]),
);

/** Languages written from right to left, by language and by script. */
const LEFTWARDS = new Set(['ar', 'arc', 'ckb', 'dv', 'fa', 'he', 'ps', 'sd', 'ug', 'ur', 'yi']);
const LEFTWARD_SCRIPTS = new Set(['Adlm', 'Arab', 'Hebr', 'Nkoo', 'Rohg', 'Syrc', 'Thaa']);

/** How the app speaks to one agent. */
export interface Tongue {
  /** Of the words. */
  language: string;
  /** Of dates and numbers: always in the language of the words, so that one sentence is in one language. */
  locale: string;
  /** Of the page, as Zendesk's own page around it: also where we have English words only. */
  direction: 'ltr' | 'rtl';
}

export function tongueOf(wanted: string): Tongue {
  const locale = parsed(wanted);
  const spoken = locale.language === 'en' || locale.language in LOAD;
  const english = locale.region ? `en-${locale.region}` : 'en';
  return {
    language: spoken ? locale.language : 'en',
    locale: spoken ? locale.toString() : english,
    direction: leftwards(locale) ? 'rtl' : 'ltr',
  };
}

function leftwards({ language, script }: Intl.Locale): boolean {
  return script ? LEFTWARD_SCRIPTS.has(script) : LEFTWARDS.has(language);
}

function parsed(wanted: string): Intl.Locale {
  try {
    return new Intl.Locale(wanted.replaceAll('_', '-'));
  } catch {
    return new Intl.Locale('en');
  }
}

/** The words of a language; English where there are none, or where they could not be fetched. */
export async function tableOf(language: string): Promise<Table> {
  const load = LOAD[language];
  if (!load) return ENGLISH;
  try {
    return { ...ENGLISH, ...(await load()) };
  } catch {
    return ENGLISH;
  }
}
