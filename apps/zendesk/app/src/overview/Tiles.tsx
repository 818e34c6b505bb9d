import { useWords } from '../words';
import { useDuration, useSum } from './format';
import type { WorkDone } from './types';

/** The five figures to begin with, each with what it is of. */
export function Tiles({ work }: { work: WorkDone }) {
  const { t, number, percent } = useWords();
  const money = useSum();
  const duration = useDuration();
  const sum = (values: number[]) => values.reduce((one, other) => one + other, 0);
  const answered = sum(work.actions.auto_reply);
  const { taken } = work.adoption;
  const waits = work.waits.all;
  const share = (value: number | null, enough: boolean, instead: string) => (value !== null && enough ? percent(value) : instead);
  return (
    <dl className="tiles">
      <Tile name={t('overview.decisions')} value={number(work.decisions)} note={t('overview.decisions.note')} />
      <Tile
        name={t('overview.answered')}
        value={number(answered)}
        note={t('overview.of.decisions', { count: number(work.decisions) })}
      />
      <Tile
        name={t('overview.taken')}
        value={share(taken.value, taken.enough, taken.cases ? t('overview.of', { hits: taken.hits, cases: taken.cases }) : '–')}
        note={taken.enough ? t('overview.of', { hits: taken.hits, cases: taken.cases }) : t(taken.cases ? 'overview.few' : 'overview.none')}
      />
      <Tile
        name={t('overview.median')}
        value={waits ? duration(waits.p50) : '–'}
        note={waits ? t('overview.cases', { count: number(waits.cases) }) : t('overview.none')}
      />
      <Tile
        name={t('overview.cost')}
        value={work.costs.map(({ total, currency }) => money(total, currency)).join(' + ') || '–'}
        note={work.costs.length ? t('overview.cost.note', { count: number(sum(work.costs.map((one) => one.decisions))) }) : t('overview.cost.nobody')}
      />
    </dl>
  );
}

function Tile({ name, value, note }: { name: string; value: string; note: string }) {
  return (
    <div className="tile card">
      <dt>{name}</dt>
      <dd>
        <strong>{value}</strong>
        <span className="quiet" dir="auto">
          {note}
        </span>
      </dd>
    </div>
  );
}
