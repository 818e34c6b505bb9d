import { useWords } from '../words';
import { StackedBars } from './charts/StackedBars';
import { plain } from './format';
import { ShareBar } from './ShareBar';
import { ACTIONS, type WorkDone } from './types';

const FILLS = { suggest: 1, auto_reply: 2, handoff: 3, silent: 4 } as const;
const SHOWN = 8;

/** What the assistant did each day. */
export function Worked({ work }: { work: WorkDone }) {
  const { t } = useWords();
  if (work.decisions === 0) return <p className="quiet">{t('overview.worked.none')}</p>;
  const series = ACTIONS.map((action) => ({
    name: t(`disposition.${action}`),
    fill: FILLS[action],
    values: work.actions[action],
  }));
  return (
    <>
      <StackedBars summary={t('overview.worked.summary', { days: work.days.length })} days={work.days} series={series} />
      <dl className="pairs">
        <div>
          <dt>{t('overview.abstained')}</dt>
          <dd>
            <ShareBar share={work.abstained} />
          </dd>
        </div>
      </dl>
    </>
  );
}

/** Why people got it, the most frequent reason first. */
export function HandedOver({ work }: { work: WorkDone }) {
  const { t, number } = useWords();
  const all = work.handed_over.reduce((sum, { count }) => sum + count, 0);
  if (all === 0) return <p className="quiet">{t('overview.handed.none')}</p>;
  const shown = work.handed_over.slice(0, SHOWN);
  const most = shown[0]?.count ?? 1;
  const rest = all - shown.reduce((sum, { count }) => sum + count, 0);
  return (
    <>
      <table className="numbers ranked">
        <caption className="unseen">{t('overview.handed')}</caption>
        <thead>
          <tr>
            <th scope="col">{t('overview.handed.reason')}</th>
            <th scope="col">{t('overview.handed.team')}</th>
            <th scope="col" className="numeric">
              {t('overview.handed.count')}
            </th>
          </tr>
        </thead>
        <tbody>
          {shown.map(({ rule, name, label, team, count }) => (
            <tr key={`${rule} ${team}`}>
              <th scope="row">
                {label || plain(name)}
                <span className="rank" aria-hidden="true" style={{ inlineSize: `${(count / most) * 100}%` }} />
              </th>
              <td>{team || '–'}</td>
              <td className="numeric">{number(count)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <p className="quiet">
        {t('overview.handed.of', { count: number(all), decisions: number(work.decisions) })}
        {rest > 0 && ` ${t('overview.handed.rest', { count: number(rest) })}`}
      </p>
    </>
  );
}
