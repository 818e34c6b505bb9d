import { Chip, type Tone } from '../parts/Chip';
import { useWords } from '../words';
import { plain, useDuration } from './format';
import type { OwnerRow, TriggerRow } from './types';

const WAYS: Record<OwnerRow['way'], Tone> = {
  assistant: 'green',
  proactive: 'green',
  assistant_with_fallback: 'blue',
  hybrid: 'blue',
  human: 'yellow',
};

/** The ways in which an answer may be sent by itself. */
const AUTOMATIC = new Set<OwnerRow['way']>(['assistant', 'proactive', 'assistant_with_fallback']);

/** Who has what kind of matter. */
export function Owners({ owners }: { owners: OwnerRow[] }) {
  const { t, percent, number } = useWords();
  return (
    <div className="table-scroll">
      <table className="numbers">
        <caption className="unseen">{t('overview.policy.owners')}</caption>
        <thead>
          <tr>
            <th scope="col">{t('overview.intent')}</th>
            <th scope="col">{t('overview.policy.way')}</th>
            <th scope="col">{t('overview.handed.team')}</th>
            <th scope="col" className="numeric">
              {t('overview.policy.tier')}
            </th>
            <th scope="col" className="numeric">
              {t('overview.policy.from')}
            </th>
            <th scope="col">{t('overview.policy.why')}</th>
          </tr>
        </thead>
        <tbody>
          {owners.map((one) => (
            <tr key={one.intent}>
              <th scope="row">{one.intent ? one.label : t('overview.policy.else')}</th>
              <td>
                <Chip tone={WAYS[one.way]} text={t(`overview.way.${one.way}`)} small />{' '}
                {one.shadow && <Chip text={t('overview.policy.drafts')} small />}
              </td>
              <td>{one.group}</td>
              <td className="numeric">{number(one.tier)}</td>
              <td className="numeric">{AUTOMATIC.has(one.way) ? percent(one.automatic_from) : '–'}</td>
              <td className="quiet">{one.why}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** What sends a message to a person, in the order in which the first that fits wins. */
export function Triggers({ triggers }: { triggers: TriggerRow[] }) {
  const { t, number } = useWords();
  const duration = useDuration();
  const threshold = ({ unit, threshold: from }: TriggerRow) => {
    if (unit === 'minutes') return duration(from * 60_000);
    return unit === 'none' ? '–' : t(`overview.unit.${unit}`, { value: number(from) });
  };
  return (
    <div className="table-scroll">
      <table className="numbers">
        <caption className="unseen">{t('overview.policy.triggers')}</caption>
        <thead>
          <tr>
            <th scope="col" className="numeric">
              {t('overview.policy.place')}
            </th>
            <th scope="col">{t('overview.policy.trigger')}</th>
            <th scope="col">{t('overview.handed.team')}</th>
            <th scope="col" className="numeric">
              {t('overview.policy.tier')}
            </th>
            <th scope="col">{t('overview.policy.threshold')}</th>
            <th scope="col">{t('overview.policy.also')}</th>
          </tr>
        </thead>
        <tbody>
          {triggers.map((one, place) => (
            <tr key={one.name}>
              <td className="numeric">{number(place + 1)}</td>
              <th scope="row">
                {one.why || plain(one.label)} <code className="quiet">{one.name}</code>
              </th>
              <td>{one.group}</td>
              <td className="numeric">{number(one.tier)}</td>
              <td>{threshold(one)}</td>
              <td>
                <span className="row">
                  {one.alert && <Chip tone="red" text={t('overview.policy.alert')} small />}
                  {one.first && <Chip tone="yellow" text={t('overview.policy.first')} small />}
                </span>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
