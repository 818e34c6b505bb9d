import { Button } from '@zendeskgarden/react-buttons';
import type { ReactNode } from 'react';
import { Card } from '../parts/Card';
import { Guard } from '../parts/Guard';
import { Lines } from '../parts/Lines';
import { useWords } from '../words';
import type { Section } from './useSection';

interface PanelProps<T> {
  title: string;
  section: Section<T>;
  aside?: ReactNode;
  children: (found: T) => ReactNode;
}

/** One section on a card: its shape before it is here, what went wrong beside what is still known. */
export function Panel<T>({ title, section, aside, children }: PanelProps<T>) {
  const { found, problem, at } = section;
  return (
    <Card title={title} aside={aside}>
      {problem && <Away section={section} />}
      {found === null && !problem && <Shape />}
      {found !== null && (
        <Guard attempt={at?.getTime() ?? 0} instead={<Broken />}>
          <Drawn found={found} draw={children} />
        </Guard>
      )}
    </Card>
  );
}

/** Drawn inside the guard, so that what the web sent wrongly takes this card alone. */
function Drawn<T>({ found, draw }: { found: T; draw: (found: T) => ReactNode }) {
  return <>{draw(found)}</>;
}

function Broken() {
  const { t } = useWords();
  return <p className="refused">{t('state.part.text')}</p>;
}

function Away<T>({ section: { problem, at, again } }: { section: Section<T> }) {
  const { t, time } = useWords();
  if (!problem) return null;
  return (
    <div className="refused" role="alert">
      {t(`problem.${problem.code}.title`)}. {at && t('problem.since', { time: time(at) })}{' '}
      <Button isLink size="small" onClick={again}>
        {t('problem.retry')}
      </Button>
    </div>
  );
}

function Shape() {
  const { t } = useWords();
  return (
    <div role="status" aria-label={t('overview.loading')}>
      <Lines widths={['60%', '92%', '80%', '35%']} height={12} />
    </div>
  );
}
