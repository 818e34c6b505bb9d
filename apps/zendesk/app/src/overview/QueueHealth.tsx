import { useNow } from '../hooks/useNow';
import { Chip, type Tone } from '../parts/Chip';
import { useWords } from '../words';
import type { Backlog, Queues, Workers } from './types';

interface Standing {
  tone: Tone;
  words: string;
}

/** Whether the house keeps up: events in, effects out, and who is there to work. */
export function QueueHealth({ queues, workers }: { queues: Queues; workers: Workers | null }) {
  const { t, number } = useWords();
  const { events, effects } = queues;
  return (
    <ul className="lines">
      <Row name={t('overview.events')} standing={useStanding(events, events.states.parked ?? 0)}>
        {t('overview.events.states', {
          pending: number((events.states.pending ?? 0) + (events.states.claimed ?? 0)),
          parked: number(events.states.parked ?? 0),
        })}
      </Row>
      <Row
        name={t('overview.effects')}
        standing={useStanding(effects, (effects.states.parked ?? 0) + (effects.states.unknown ?? 0) + queues.undelivered)}
      >
        {t('overview.effects.states', {
          pending: number((effects.states.pending ?? 0) + (effects.states.sending ?? 0)),
          held: number(effects.states.held ?? 0),
          unknown: number(effects.states.unknown ?? 0),
          parked: number(effects.states.parked ?? 0),
          undelivered: number(queues.undelivered),
        })}
      </Row>
      {workers && <WorkersRow there={workers} />}
    </ul>
  );
}

function useStanding({ late, since }: Backlog, stuck: number): Standing {
  const { t, ago, number } = useWords();
  const now = useNow(30_000);
  if (late > 0) return { tone: 'red', words: t('overview.late', { count: number(late), since: since ? ago(since, now) : '' }) };
  if (stuck > 0) return { tone: 'yellow', words: t('overview.stuck') };
  return { tone: 'green', words: t('overview.well') };
}

function WorkersRow({ there: { queue, workers } }: { there: Workers }) {
  const { t, number } = useWords();
  const well = queue && workers > 0;
  return (
    <Row name={t('overview.workers')} standing={{ tone: well ? 'green' : 'red', words: t(well ? 'overview.well' : 'overview.away') }}>
      {t(queue ? 'overview.workers.there' : 'overview.queue.away', { count: number(workers) })}
    </Row>
  );
}

export function Row({ name, standing, children }: { name: string; standing: Standing; children: string }) {
  return (
    <li className="line-row">
      <span className="line-name">{name}</span>
      <span className="quiet grow" dir="auto">
        {children}
      </span>
      <Chip tone={standing.tone} text={standing.words} small />
    </li>
  );
}

/** Customers who wait for a person, the oldest first. */
export function Waiting({ waiting }: { waiting: Queues['waiting'] }) {
  const { t, number, ago } = useWords();
  const now = useNow(30_000);
  if (waiting.length === 0) return <p className="quiet">{t('overview.waiting.none')}</p>;
  return (
    <div className="table-scroll">
      <table className="numbers">
        <caption className="unseen">{t('overview.waiting')}</caption>
        <thead>
          <tr>
            <th scope="col">{t('overview.waiting.for')}</th>
            <th scope="col" className="numeric">
              {t('overview.waiting.count')}
            </th>
            <th scope="col" className="numeric">
              {t('overview.waiting.oldest')}
            </th>
          </tr>
        </thead>
        <tbody>
          {waiting.map(({ team, agent, count, since }) => (
            <tr key={`${team} ${agent}`}>
              <th scope="row">
                {agent || team || t('overview.waiting.nobody')} {agent && team && <span className="quiet">{team}</span>}
              </th>
              <td className="numeric">{number(count)}</td>
              <td className="numeric">{ago(since, now)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
