import { Suspense, useEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react';
import { SidebarApi } from './api/client';
import { AroundUs } from './around';
import { useColorScheme } from './hooks/useColorScheme';
import { useFitHeight } from './hooks/useFitHeight';
import { tongueOf } from './languages';
import { Elsewhere } from './locations/Elsewhere';
import { LOCATIONS } from './locations/table';
import { forgetOthers } from './kept';
import { Guard } from './parts/Guard';
import { Loading, Notice } from './parts/states';
import { Keeper, type Session } from './session';
import { Themed } from './theme';
import { useWords, WordsIn } from './words';
import type { Host, Place } from './zaf/host';

const HANDSHAKE_MS = 8_000;
/** Zendesk is waited for this long before the browser's language is spoken; what it says later holds all the same. */
const LOCALE_MS = 1_000;

interface Opened {
  session: Session | null;
  host: Host | null;
  api?: SidebarApi;
}

/** The app as Zendesk opened it: who is signed in, what is around it, in their language and colours. */
export function App({ session, host, api }: Opened) {
  const scheme = useColorScheme(host);
  const locale = useLocale(host);
  return (
    <Themed scheme={scheme} rtl={tongueOf(locale ?? 'en').direction === 'rtl'}>
      <WordsIn locale={locale}>
        <AppName />
        {host ? (
          <Inside host={host} session={session} locale={locale} api={api} />
        ) : (
          <div className="page">
            <Outside />
          </div>
        )}
      </WordsIn>
    </Themed>
  );
}

function AppName() {
  const { t } = useWords();
  return <h1 className="unseen">{t('app.name')}</h1>;
}

function Outside() {
  const { t } = useWords();
  return <Notice title={t('state.host.title')} text={t('state.host.text')} />;
}

function Silent() {
  const { t, number } = useWords();
  return (
    <Notice
      title={t('state.nohost.title')}
      text={t('state.nohost.text', { seconds: number(HANDSHAKE_MS / 1_000) })}
      icon="clock"
    />
  );
}

interface Spoken extends Opened {
  host: Host;
  locale: string | null;
}

function Inside({ host, session, locale, api }: Spoken) {
  const { t } = useWords();
  const content = useRef<HTMLDivElement>(null);
  const place = usePlace(host);
  useFitHeight(content, host);
  return (
    <div className="page" ref={content}>
      {session === null ? (
        <Notice title={t('problem.unauthorized.title')} text={t('problem.unauthorized.text')} />
      ) : place === 'nowhere' ? (
        <Silent />
      ) : place === null || locale === null ? (
        <Loading />
      ) : (
        <Located place={place} host={host} session={session} locale={locale} api={api} />
      )}
    </div>
  );
}

interface At extends Spoken {
  place: Place;
  session: Session;
  locale: string;
}

function Located({ place, host, session: opened, locale, api }: At) {
  const { t } = useWords();
  const keeper = useMemo(() => new Keeper(opened), [opened]);
  const session = useSyncExternalStore(keeper.subscribe, keeper.session);
  const { id } = session.agent;
  useEffect(() => keeper.keep(), [keeper]);
  useEffect(() => forgetOthers(id), [id]);
  const speaking = useMemo(() => api ?? new SidebarApi(keeper, undefined, undefined, locale), [api, keeper, locale]);
  const around = useMemo(() => ({ host, session, api: speaking }), [host, session, speaking]);
  const Location = LOCATIONS[place.location] ?? Elsewhere;
  return (
    <AroundUs value={around}>
      <Guard attempt={0} instead={<Notice title={t('state.broken.title')} text={t('state.broken.text')} icon="alert" />}>
        <Suspense fallback={<Loading />}>
          <Location place={place} />
        </Suspense>
      </Guard>
    </AroundUs>
  );
}

function usePlace(host: Host): Place | 'nowhere' | null {
  const [place, setPlace] = useState<Place | 'nowhere' | null>(null);
  useEffect(() => {
    const timer = setTimeout(() => setPlace('nowhere'), HANDSHAKE_MS);
    void host.place.then((where) => {
      clearTimeout(timer);
      setPlace(where);
    });
    return () => clearTimeout(timer);
  }, [host]);
  return place;
}

/** The language the agent chose in Zendesk, or the browser's where there is no Zendesk; null until that is known. */
function useLocale(host: Host | null): string | null {
  const [locale, setLocale] = useState<string | null>(host ? null : navigator.language || 'en');
  useEffect(() => {
    if (!host) return;
    const late = setTimeout(() => setLocale(navigator.language || 'en'), LOCALE_MS);
    void host.read('currentUser.locale').then((value) => {
      clearTimeout(late);
      setLocale(typeof value === 'string' && value ? value : navigator.language || 'en');
    });
    return () => clearTimeout(late);
  }, [host]);
  return locale;
}
