import { Button } from '@zendeskgarden/react-buttons';
import { type ReactNode, useEffect, useState } from 'react';
import { type ApiProblem, FINAL } from '../api/client';
import { useLater } from '../hooks/useLater';
import { type Key, useWords } from '../words';
import { Alert } from './Alert';
import { Icon, type IconName } from './Icon';
import { Lines } from './Lines';

/** Nothing is drawn for what is there at once: a skeleton that flashes is worse than none. */
const SOON_MS = 150;
const SLOW_MS = 4_000;

/** The shape of the page before its words are here. */
export function Loading() {
  const { t } = useWords();
  const seen = useLater(SOON_MS);
  const slow = useLater(SLOW_MS);
  return (
    <div className={seen ? 'stack' : 'stack unsettled'}>
      <p className={slow ? 'quiet slow' : 'unseen'} role="status">
        {slow ? t('state.slow') : t('state.loading')}
      </p>
      {[['40%', '65%'], ['55%', '90%', '70%'], ['35%', '100%', '95%', '60%']].map((lines) => (
        <div className="card" key={lines.join()} aria-hidden="true">
          <Lines widths={lines} height={12} />
        </div>
      ))}
    </div>
  );
}

/** A page with nothing to show but a reason. */
export function Notice({ title, text, icon = 'bot', children }: {
  title: string;
  text: string;
  icon?: IconName;
  children?: ReactNode;
}) {
  return (
    <div className="card notice">
      <Icon name={icon} className="notice-icon" />
      <h2>{title}</h2>
      <p>{text}</p>
      {children}
    </div>
  );
}

export function Working() {
  const { t } = useWords();
  return (
    <section className="card working" role="status">
      <div className="working-line">
        <Icon name="bot" className="tint" />
        <span>{t('state.working')}</span>
        <span className="dots" aria-hidden="true">
          <i />
          <i />
          <i />
        </span>
      </div>
      <Lines widths={['95%', '80%', '45%']} />
    </section>
  );
}

interface TroubleProps {
  problem: ApiProblem;
  /** When what is still shown below was true; null when there is nothing below. */
  asOf: Date | null;
  /** When it is tried again by itself. */
  nextAt: number | null;
  retry: () => void;
}

/** A problem of the whole page: what it is, how old what is shown is, and when it is tried again. */
export function Trouble({ problem, asOf, nextAt, retry }: TroubleProps) {
  const { t, time } = useWords();
  const final = FINAL.has(problem.code);
  const [title, text] = saying(problem);
  const again = !final && (
    <div className="row">
      <Button isLink size="small" onClick={retry}>
        {t('problem.retry')}
      </Button>
      {nextAt !== null && <Countdown key={nextAt} until={nextAt} />}
    </div>
  );
  if (asOf === null) {
    return (
      <div role="alert">
        <Notice title={t(title)} text={t(text)} icon={ICONS[problem.code] ?? 'alert'}>
          {again}
        </Notice>
      </div>
    );
  }
  return (
    <Alert type={problem.code === 'rate_limited' ? 'info' : final ? 'error' : 'warning'} role="alert" title={t(title)}>
      <div className="alert-text">
        {t(text)} {t('problem.since', { time: time(asOf) })} {final && t('problem.kept')}
      </div>
      {again}
    </Alert>
  );
}

const ICONS: Partial<Record<ApiProblem['code'], IconName>> = {
  forbidden: 'lock',
  no_access: 'lock',
  unauthorized: 'lock',
  rate_limited: 'clock',
};

function saying({ code }: ApiProblem): [Key, Key] {
  // The browser knows when it is the computer that has no network, and not Handrail that is away.
  const what = code === 'offline' && !navigator.onLine ? 'device' : code;
  return [`problem.${what}.title`, `problem.${what}.text`];
}

/** Seen, not read aloud: a number that is said every second is noise. */
function Countdown({ until }: { until: number }) {
  const { t, number } = useWords();
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1_000);
    return () => clearInterval(timer);
  }, []);
  const seconds = Math.ceil((until - now) / 1_000);
  if (seconds <= 0) return null;
  return (
    <span className="quiet" aria-hidden="true">
      {t('problem.next', { seconds: number(seconds) })}
    </span>
  );
}

/** The page asks again by itself; an action is done again only by who wanted it. */
const NOT_DONE = new Set<ApiProblem['code']>(['offline', 'unavailable', 'rate_limited']);

/** A problem of one action, said beside it. */
export function Refused({ problem }: { problem: ApiProblem | null }) {
  const { t } = useWords();
  if (!problem) return null;
  const said = problem.code === 'invalid' && problem.message !== problem.code ? problem.message : null;
  return (
    <p className="refused" role="alert">
      {t(`problem.${problem.code}.title`)}. {said ?? t(NOT_DONE.has(problem.code) ? 'problem.act' : `problem.${problem.code}.text`)}
    </p>
  );
}
