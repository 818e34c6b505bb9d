import { useWords } from '../words';
import { Adoption } from './Adoption';
import { Panel } from './Panel';
import { ParkedMessages } from './ParkedMessages';
import { PulseWeeks } from './PulseWeeks';
import { QueueHealth, Waiting } from './QueueHealth';
import { Ratings } from './Ratings';
import { Tiles } from './Tiles';
import { CostPerDay, Times } from './Times';
import type { Period, Queues, Workers, WorkDone } from './types';
import { useSection } from './useSection';
import { HandedOver, Worked } from './Worked';

const REFRESH_MS = 15_000;

/** What waits now, and what was done in the period. */
export function Today({ period }: { period: Period }) {
  const { t } = useWords();
  const queues = useSection<Queues>('queues', REFRESH_MS);
  const workers = useSection<Workers>('workers', REFRESH_MS);
  const work = useSection<WorkDone>(`work?days=${period}`, 4 * REFRESH_MS);
  const quiet = { ...work, problem: null };
  return (
    <>
      <ParkedMessages />
      {work.found && <Tiles work={work.found} />}
      <div className="overview-grid">
        <Panel title={t('overview.queue')} section={queues}>
          {(found) => <QueueHealth queues={found} workers={workers.found} />}
        </Panel>
        <Panel title={t('overview.waiting')} section={{ ...queues, problem: null }}>
          {(found) => <Waiting waiting={found.waiting} />}
        </Panel>
      </div>
      <div className="overview-grid">
        <div className="column">
          <Panel title={t('overview.worked')} section={work}>
            {(found) => <Worked work={found} />}
          </Panel>
          <Panel title={t('overview.adoption')} section={quiet}>
            {(found) => <Adoption adoption={found.adoption} />}
          </Panel>
          <Panel title={t('overview.ratings')} section={quiet}>
            {(found) => <Ratings ratings={found.ratings} />}
          </Panel>
        </div>
        <div className="column">
          <Panel title={t('overview.handed')} section={quiet}>
            {(found) => <HandedOver work={found} />}
          </Panel>
          <Panel title={t('overview.times')} section={quiet}>
            {(found) => <Times work={found} />}
          </Panel>
          <Panel title={t('overview.cost')} section={quiet}>
            {(found) => <CostPerDay work={found} />}
          </Panel>
          <PulseWeeks />
        </div>
      </div>
    </>
  );
}
