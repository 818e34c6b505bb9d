import { useWords } from '../words';
import { Lines } from './charts/Lines';
import { StackedBars } from './charts/StackedBars';
import { useDuration, useSum } from './format';
import type { WorkDone } from './types';

/** How long it takes from a message's arrival to its decision. */
export function Times({ work }: { work: WorkDone }) {
  const { t, number } = useWords();
  const duration = useDuration();
  const { all, days } = work.waits;
  if (!all) return <p className="quiet">{t('overview.times.none')}</p>;
  const series = [
    { name: t('overview.times.p50'), fill: 1 as const, values: days.map((day) => day?.p50 ?? null) },
    { name: t('overview.times.p95'), fill: 3 as const, values: days.map((day) => day?.p95 ?? null) },
  ];
  return (
    <>
      <Lines summary={t('overview.times.summary', { days: work.days.length })} days={work.days} series={series} format={duration} />
      <p className="quiet">
        {t('overview.times.all', { p50: duration(all.p50), p95: duration(all.p95), count: number(all.cases) })}{' '}
        {!all.enough && t('overview.times.few')}
      </p>
    </>
  );
}

/** What models cost, a chart for each currency. */
export function CostPerDay({ work }: { work: WorkDone }) {
  const { t } = useWords();
  const money = useSum();
  if (work.costs.length === 0) return <p className="quiet">{t('overview.cost.none')}</p>;
  return work.costs.map(({ currency, days, total }) => (
    <div key={currency}>
      <StackedBars
        summary={t('overview.cost.summary', { days: work.days.length, currency })}
        days={work.days}
        series={[{ name: currency, fill: 1, values: days }]}
        format={(amount) => money(amount, currency)}
        whole={false}
      />
      <p className="quiet">{t('overview.cost.total', { total: money(total, currency) })}</p>
    </div>
  ));
}
