import { useEffect, useMemo, useRef, useState } from 'react';
import { SidebarApi } from './api/client';
import { AroundUs } from './around';
import { useColorScheme } from './hooks/useColorScheme';
import { useFitHeight } from './hooks/useFitHeight';
import { Elsewhere } from './locations/Elsewhere';
import { LOCATIONS } from './locations/table';
import { Loading, Notice } from './parts/states';
import type { Session } from './session';
import { Themed } from './theme';
import { useWords, WordsIn } from './words';
import type { Host, Place } from './zaf/host';

const HANDSHAKE_MS = 8_000;

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
    <Themed scheme={scheme}>
      <WordsIn locale={locale}>
        <AppName />
        {host ? (
          <Inside host={host} session={session} api={api} />
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

function Inside({ host, session, api }: { host: Host; session: Session | null; api?: SidebarApi }) {
  const { t } = useWords();
  const content = useRef<HTMLDivElement>(null);
  const place = usePlace(host);
  useFitHeight(content, host);
  return (
    <div className="page" ref={content}>
      {session === null ? (
        <Notice title={t('problem.unauthorized.title')} text={t('problem.unauthorized.text')} />
      ) : place === 'nowhere' ? (
        <Outside />
      ) : place === null ? (
        <Loading />
      ) : (
        <Located place={place} host={host} session={session} api={api} />
      )}
    </div>
  );
}

function Located({ place, host, session, api }: { place: Place; host: Host; session: Session; api?: SidebarApi }) {
  const around = useMemo(
    () => ({ host, session, api: api ?? new SidebarApi(session.token) }),
    [host, session, api],
  );
  const Location = LOCATIONS[place.location] ?? Elsewhere;
  return (
    <AroundUs value={around}>
      <Location place={place} />
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

function useLocale(host: Host | null): string {
  const [locale, setLocale] = useState(navigator.language || 'en');
  useEffect(() => {
    void host?.read('currentUser.locale').then((value) => {
      if (typeof value === 'string' && value) setLocale(value);
    });
  }, [host]);
  return locale;
}
