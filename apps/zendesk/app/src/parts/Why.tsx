import type { ReactNode } from 'react';
import type { Decision, SeenFact } from '../api/types';
import { useWords } from '../words';
import { Fold } from './Card';
import { Seen } from './Seen';

/** Why the conversation was treated as it was: the rule, its version, what was seen, the model, its cost and the time. */
export function Why({ decision, facts = [] }: { decision: Decision; facts?: SeenFact[] }) {
  const { t, percent, moment, money } = useWords();
  const considered = decision.considered ?? [];
  return (
    <Fold title={t('why.title')}>
      <dl className="facts why">
        <Pair term={t('why.reason')}>{decision.reason}</Pair>
        <Pair term={t('why.rule')}>
          <code>{decision.rule}</code>
        </Pair>
        <Pair term={t('why.policy')}>{decision.policy_version}</Pair>
        {decision.confidence !== null && <Pair term={t('why.confidence')}>{percent(decision.confidence)}</Pair>}
        <Pair term={t('why.model')}>{decision.model ?? t('why.model.none')}</Pair>
        {decision.cost && (
          <Pair term={t('why.cost')}>
            {t('why.cost.of', {
              money: money(decision.cost.amount, decision.cost.currency),
              tokens: decision.cost.tokens,
            })}
          </Pair>
        )}
        {decision.tier !== undefined && <Pair term={t('why.tier')}>{decision.tier}</Pair>}
        {decision.route && <Pair term={t('why.route')}>{decision.route}</Pair>}
        <Pair term={t('why.at')}>{moment(decision.at)}</Pair>
        <Pair term={t('why.decision')}>
          <code>{decision.id}</code>
        </Pair>
      </dl>
      {considered.length > 0 && (
        <>
          <h3>{t('why.considered')}</h3>
          <ul className="plain-list">
            {considered.map((line) => (
              <li key={line}>{line}</li>
            ))}
          </ul>
        </>
      )}
      <Seen facts={facts} />
      <Timings timings={decision.timings} />
    </Fold>
  );
}

function Pair({ term, children }: { term: string; children: ReactNode }) {
  return (
    <>
      <dt>{term}</dt>
      <dd>{children}</dd>
    </>
  );
}

function Timings({ timings }: { timings: Record<string, number> }) {
  const { t, milliseconds } = useWords();
  const steps = Object.entries(timings);
  if (steps.length === 0) return null;
  const total = steps.reduce((sum, [, ms]) => sum + ms, 0);
  const longest = Math.max(...steps.map(([, ms]) => ms), 1);
  return (
    <>
      <h3>
        {t('why.timings')} <span className="quiet">{t('why.total', { ms: milliseconds(total) })}</span>
      </h3>
      <ul className="timings">
        {steps.map(([step, ms]) => (
          <li key={step}>
            <span>{step}</span>
            <span className="timing-bar" aria-hidden="true">
              <span style={{ width: `${Math.max(2, (ms / longest) * 100)}%` }} />
            </span>
            <span className="quiet">{milliseconds(ms)}</span>
          </li>
        ))}
      </ul>
    </>
  );
}
