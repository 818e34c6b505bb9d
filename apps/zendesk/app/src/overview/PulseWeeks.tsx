import { useWords } from '../words';
import { Panel } from './Panel';
import { ShareBar } from './ShareBar';
import type { PulseWeek } from './types';
import { useSection } from './useSection';

/** Answers below which a figure would tell who gave which; as the server has it. */
const FEWEST = 5;

/** What agents say themselves: one question a week, told only where enough answered, and once the week is over. */
export function PulseWeeks() {
  const { t, number } = useWords();
  const section = useSection<{ weeks: PulseWeek[] }>('pulse');
  return (
    <Panel title={t('overview.pulse')} section={section}>
      {({ weeks }) =>
        weeks.length === 0 ? (
          <p className="quiet">{t('overview.pulse.none')}</p>
        ) : (
          <div className="table-scroll">
            <table className="numbers">
              <caption className="unseen">{t('overview.pulse')}</caption>
              <thead>
                <tr>
                  <th scope="col">{t('overview.pulse.week')}</th>
                  <th scope="col">{t('overview.pulse.answered')}</th>
                  <th scope="col">{t('overview.pulse.helps')}</th>
                </tr>
              </thead>
              <tbody>
                {weeks.map(({ week, asked, answered, helps }) => (
                  <tr key={week}>
                    <th scope="row">{week}</th>
                    <td>{t('overview.of', { hits: number(answered), cases: number(asked) })}</td>
                    <td>
                      {helps ? (
                        <ShareBar share={helps} />
                      ) : (
                        <span className="quiet">{t(answered < FEWEST ? 'overview.pulse.few' : 'overview.pulse.running')}</span>
                      )}
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )
      }
    </Panel>
  );
}
