import '../css/reasons.css';
import { type ReactNode, useCallback } from 'react';
import type { Reading, Reasons } from '../api/beside';
import type { Decision, SeenFact } from '../api/types';
import { useAround } from '../around';
import { useFound } from '../hooks/useFound';
import { riskName } from '../risks';
import { plain } from '../story';
import { ENGLISH } from '../languages';
import { type Key, useWords, type Words } from '../words';
import { Problem, Searching } from './Beside';
import { Fold } from './Card';
import { Chip } from './Chip';
import { KeepCase } from './KeepCase';
import { Seen } from './Seen';
import { ArticleLink, AudienceTag } from './Sources';

interface WhyProps {
  decision: Decision;
  facts?: SeenFact[];
  ticketId: string;
}

/** Why the conversation was treated as it was: plain words first, then the policy, what was read, and the figures. */
export function Why({ decision, facts = [], ticketId }: WhyProps) {
  const { t } = useWords();
  return (
    <Fold title={t('why.title')}>
      <p className="why-plain">{plain(decision.reason)}</p>
      <Whole key={decision.id} decision={decision} ticketId={ticketId} />
      <Considered lines={decision.considered ?? []} />
      <Seen facts={facts} />
      <Figures decision={decision} />
      <Timings timings={decision.timings} />
      <KeepCase key={`${decision.id}/suite`} ticketId={ticketId} />
      <KeepCase key={`${decision.id}/training`} ticketId={ticketId} as="training" />
    </Fold>
  );
}

/** What only the whole decision tells; asked for when somebody wants to know. */
function Whole({ decision, ticketId }: { decision: Decision; ticketId: string }) {
  const { api } = useAround();
  // eslint-disable-next-line react-hooks/exhaustive-deps -- another decision has other reasons
  const ask = useCallback(() => api.why(ticketId), [api, ticketId, decision.id]);
  const { found, problem, again } = useFound(ask);
  if (problem && !found) return <Problem problem={problem} again={again} />;
  if (!found) return <Searching />;
  return (
    <>
      <Policy reasons={found} rule={decision.rule} />
      <Readings reasons={found} />
      <Passages passages={found.passages} />
      <Agents agents={found.agents} route={decision.route ?? null} />
      <Model reasons={found} />
    </>
  );
}

function Policy({ reasons, rule }: { reasons: Reasons; rule: string }) {
  const { t, moment } = useWords();
  const { policy } = reasons;
  return (
    <>
      <h3>{t('why.rule')}</h3>
      {policy.line ? (
        <figure className="why-line">
          <figcaption className="quiet">{t('why.line', { path: policy.line.path, number: policy.line.number })}</figcaption>
          <code>{policy.line.text.replace(/ {2,}/g, '  ')}</code>
        </figure>
      ) : (
        <p>
          <code>{rule}</code>
        </p>
      )}
      <p className="quiet">
        {t(policy.in_force ? 'why.policy.now' : 'why.policy.then', { version: policy.version })}
        {policy.by && policy.at && ` ${t('why.policy.by', { name: policy.by, at: moment(policy.at) })}`}
      </p>
    </>
  );
}

function Readings({ reasons }: { reasons: Reasons }) {
  const { t } = useWords();
  const { intents, risks, sentiment } = reasons;
  const [taken, ...others] = intents;
  return (
    <>
      <h3>{t('why.read')}</h3>
      <ul className="readings">
        {taken && <Read what={t('why.intent')} reading={taken} />}
        {risks.map((risk) => (
          <Read key={risk.value} what={t('why.risk')} reading={{ ...risk, label: riskName(risk.value, risk.label, t) }} />
        ))}
        <Read what={t('why.mood')} reading={sentiment} />
      </ul>
      {others.length > 0 && (
        <>
          <h3>{t('why.others')}</h3>
          <ul className="readings">
            {others.map((each) => (
              <Read key={each.value} what={t('why.intent')} reading={each} />
            ))}
          </ul>
        </>
      )}
    </>
  );
}

function Read({ what, reading }: { what: string; reading: Reading }) {
  const { percent } = useWords();
  return (
    <li>
      <span className="quiet">{what}</span> <strong>{reading.label}</strong>{' '}
      <span className="quiet">{percent(reading.confidence)}</span>
      {reading.evidence.length > 0 && (
        <span className="evidence">
          {reading.evidence.map((words) => (
            <q key={words}>{words}</q>
          ))}
        </span>
      )}
    </li>
  );
}

function Passages({ passages }: { passages: Reasons['passages'] }) {
  const { t } = useWords();
  if (passages.length === 0) return null;
  return (
    <>
      <h3>{t('why.passages')}</h3>
      <ul className="readings">
        {passages.map((passage, at) => (
          // Two passages of an article may have the same heading.
          <li key={at}>
            <ArticleLink title={passage.title} url={passage.url} />
            <span className="dotted quiet">
              {passage.cited && <Chip tone="blue" text={t('why.cited')} small />}
              {passage.audience !== 'public' && <AudienceTag audience={passage.audience} />}
              {passage.heading && <span>{passage.heading}</span>}
            </span>
          </li>
        ))}
      </ul>
    </>
  );
}

function Agents({ agents, route }: { agents: Reasons['agents']; route: string | null }) {
  const { t, number } = useWords();
  if (agents.length === 0) return route ? <p>{route}</p> : null;
  return (
    <>
      <h3>{t('why.route')}</h3>
      {route && <p className="quiet">{route}</p>}
      <ul className="readings">
        {agents.map((each) => (
          <li key={each.agent}>
            <strong>{each.agent}</strong> {each.chosen && <Chip tone="blue" text={t('why.chosen')} small />}{' '}
            <span className="quiet">
              {each.passed ?? [t('why.points', { number: number(each.points) }), ...each.grounds.map(({ words }) => words)].join(' · ')}
            </span>
          </li>
        ))}
      </ul>
    </>
  );
}

function Model({ reasons }: { reasons: Reasons }) {
  const { t, money, number } = useWords();
  return (
    <dl className="facts why">
      <Pair term={t('why.model')}>{reasons.model ?? t('why.model.none')}</Pair>
      {reasons.prompt_hash && (
        <Pair term={t('why.prompt')}>
          <code>{reasons.prompt_hash}</code>
        </Pair>
      )}
      {reasons.trace_url && isWeb(reasons.trace_url) && (
        <Pair term={t('why.trace')}>
          <a href={reasons.trace_url} target="_blank" rel="noreferrer">
            {t('why.trace.open')}
          </a>
        </Pair>
      )}
      {reasons.costs.length > 1 && reasons.costs.map((cost, at) => (
        <Pair key={at} term={t('why.cost')}>
          {t('why.cost.of', { money: money(cost.amount, cost.currency), tokens: number(cost.tokens) })} ({cost.model})
        </Pair>
      ))}
    </dl>
  );
}

/** What is set on the server is an address; anything else would run in the page. */
const isWeb = (address: string) => /^https?:\/\//.test(address);

function Considered({ lines }: { lines: string[] }) {
  const { t } = useWords();
  if (lines.length === 0) return null;
  return (
    <>
      <h3>{t('why.considered')}</h3>
      <ul className="plain-list">
        {lines.map((line) => (
          <li key={line}>{plain(line)}</li>
        ))}
      </ul>
    </>
  );
}

function Figures({ decision }: { decision: Decision }) {
  const { t, percent, moment, money } = useWords();
  const { cost } = decision;
  return (
    <dl className="facts why">
      <Pair term={t('why.cost')}>
        {cost ? t('why.cost.of', { money: money(cost.amount, cost.currency), tokens: cost.tokens }) : t('why.cost.none')}
      </Pair>
      {decision.confidence !== null && <Pair term={t('why.confidence')}>{percent(decision.confidence)}</Pair>}
      {decision.tier !== undefined && <Pair term={t('why.tier')}>{decision.tier}</Pair>}
      <Pair term={t('why.at')}>{moment(decision.at)}</Pair>
      <Pair term={t('why.rule.name')}>
        <code>{decision.rule}</code>
      </Pair>
      <Pair term={t('why.decision')}>
        <code>{decision.id}</code>
      </Pair>
    </dl>
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

function stepName(step: string, t: Words['t']): string {
  const key = `why.step.${step}`;
  return key in ENGLISH ? t(key as Key) : step;
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
            <span>{stepName(step, t)}</span>
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
