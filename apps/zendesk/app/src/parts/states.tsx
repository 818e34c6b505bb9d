import { Button } from '@zendeskgarden/react-buttons';
import { Dots, Skeleton } from '@zendeskgarden/react-loaders';
import { Alert, Title } from '@zendeskgarden/react-notifications';
import type { ReactNode } from 'react';
import type { ApiProblem } from '../api/client';
import { useWords } from '../words';
import { Icon, type IconName } from './Icon';

/** The shape of the page before its words are here. */
export function Loading() {
  const { t } = useWords();
  return (
    <div className="stack" role="status" aria-label={t('state.loading')}>
      {[['40%', '65%'], ['55%', '90%', '70%'], ['35%', '100%', '95%', '60%']].map((lines) => (
        <div className="card" key={lines.join()}>
          {lines.map((width) => (
            <div className="skeleton" key={width}>
              <Skeleton width={width} height="12px" />
            </div>
          ))}
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
        <span aria-hidden="true">
          <Dots size={20} delayMS={0} />
        </span>
      </div>
      {['95%', '80%', '45%'].map((width) => (
        <div className="skeleton" key={width}>
          <Skeleton width={width} height="10px" />
        </div>
      ))}
    </section>
  );
}

/** A problem of the whole sidebar; `stale` when there is still something older to look at. */
export function Trouble({ problem, stale, retry }: { problem: ApiProblem; stale: boolean; retry: () => void }) {
  const { t } = useWords();
  const final = problem.code === 'unauthorized' || problem.code === 'forbidden';
  return (
    <Alert type={problem.code === 'rate_limited' ? 'info' : final ? 'error' : 'warning'} role="alert">
      <Title>{t(`problem.${problem.code}.title`)}</Title>
      <div className="alert-text">
        {t(`problem.${problem.code}.text`)} {stale && t('problem.stale')}
      </div>
      {!final && (
        <Button isLink size="small" onClick={retry}>
          {t('problem.retry')}
        </Button>
      )}
    </Alert>
  );
}

/** A problem of one action, said beside it. */
export function Refused({ problem }: { problem: ApiProblem | null }) {
  const { t } = useWords();
  if (!problem) return null;
  const said = problem.code === 'invalid' && problem.message !== problem.code ? problem.message : null;
  return (
    <p className="refused" role="alert">
      {t(`problem.${problem.code}.title`)}. {said ?? t(`problem.${problem.code}.text`)}
    </p>
  );
}
