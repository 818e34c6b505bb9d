import '../css/beside.css';
import { Button } from '@zendeskgarden/react-buttons';
import { useState } from 'react';
import type { NextStep } from '../api/beside';
import type { Scenario } from '../api/types';
import { useAround } from '../around';
import { useAct } from '../hooks/useAct';
import { useNow } from '../hooks/useNow';
import { type Key, sumOf, useWords, type Words } from '../words';
import { Card } from './Card';
import { Icon, type IconName } from './Icon';
import { Refused } from './states';

const ICONS: Record<string, IconName> = {
  reply_by: 'clock',
  escalate: 'group',
  verify: 'shield',
  do: 'person',
  wait: 'clock',
  look: 'question',
  other_open: 'email',
  earlier: 'email',
  answer: 'question',
  offer: 'positive',
};
/** Their reason is a line of the policy, named by its place there. */
const BY_POLICY = new Set(['reply_by', 'escalate', 'wait']);
const SHOWN = 4;

interface NextStepsProps {
  ticketId: string;
  /** Null until they are known. */
  steps: NextStep[] | null;
  offers: Scenario[];
  /** Something was done that changes the ticket. */
  onDone: (said: string) => void;
  onSearch: (words: string) => void;
}

/** What to do next, each with its reason and, where there is one, the click that does it. */
export function NextSteps({ ticketId, steps, offers, onDone, onSearch }: NextStepsProps) {
  const words = useWords();
  const { t } = words;
  const [all, setAll] = useState(false);
  // Their place is kept: what stands below would move away under the agent's pointer as they come.
  if (steps === null) return <div className="next-place" aria-hidden="true" />;
  const every = [...steps, ...offers.filter(({ closed }) => !closed).map((offer) => offered(offer, words))];
  if (every.length === 0) return null;
  const more = every.length - SHOWN;
  return (
    <Card title={t('next.title')}>
      <ol className="next">
        {(all ? every : every.slice(0, SHOWN)).map((step) => (
          <Step key={`${step.kind} ${step.about} ${step.act?.to ?? ''}`} step={step} ticketId={ticketId} onDone={onDone} onSearch={onSearch} />
        ))}
      </ol>
      {more > 0 && (
        <Button isLink size="small" aria-expanded={all} onClick={() => setAll(!all)}>
          {all ? t('next.fewer') : t('next.more', { count: more })}
        </Button>
      )}
    </Card>
  );
}

function offered({ label, amount, approval, order }: Scenario, words: Words): NextStep {
  const about = [label, amount && sumOf(amount, words), order].filter(Boolean).join(', ');
  return { kind: 'offer', about, why: approval, evidence: [], act: { doing: 'show', to: 'offers' }, by: null };
}

interface StepProps {
  step: NextStep;
  ticketId: string;
  onDone: (said: string) => void;
  onSearch: (words: string) => void;
}

function Step({ step, ticketId, onDone, onSearch }: StepProps) {
  const words = useWords();
  const title = titleOf(step, words);
  const why = whyOf(step, words);
  return (
    <li className="next-step">
      <Icon name={ICONS[step.kind] ?? 'check'} className={`icon-small next-mark next-${step.kind}`} />
      <div className="next-body">
        <p className="next-title">{title}</p>
        {step.by && <By at={step.by} />}
        {why && <p className="quiet">{why}</p>}
        <Shown evidence={step.evidence} />
        {step.act && <Doing step={step} title={title} ticketId={ticketId} onDone={onDone} onSearch={onSearch} />}
      </div>
    </li>
  );
}

function titleOf({ kind, about }: NextStep, { t }: Words): string {
  return kind in ICONS ? t(`next.${kind}` as Key, { about }) : about;
}

function whyOf({ kind, why, act }: NextStep, { t }: Words): string {
  if (!why) return '';
  // How far it is proved stands with the handoff.
  if (kind === 'verify') return '';
  if (kind === 'offer') return t('offer.approval', { who: why });
  return BY_POLICY.has(kind) && (act === null || why.includes('.')) ? t('next.policy', { line: why }) : why;
}

function By({ at }: { at: string }) {
  const { t, clock, moment } = useWords();
  const now = useNow();
  const late = new Date(at) < now;
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  return (
    <p className={late ? 'next-late' : 'quiet'}>
      <time dateTime={at} title={moment(at)}>
        {t(late ? 'next.late' : 'next.by', { time: clock(new Date(at), zone) ?? moment(at) })}
      </time>
    </p>
  );
}

/** The customer's own words, or the records that show it. */
function Shown({ evidence }: { evidence: string[] }) {
  const { t } = useWords();
  if (evidence.length === 0) return null;
  return (
    <p className="evidence">
      <span className="unseen">{t('need.evidence')}</span>
      {evidence.map((words) => (
        <q key={words}>{words}</q>
      ))}
    </p>
  );
}

function Doing({ step, title, ticketId, onDone, onSearch }: StepProps & { title: string }) {
  const { t } = useWords();
  const { api, host } = useAround();
  const act = useAct();
  const { doing, to } = step.act ?? { doing: 'show', to: '' };
  const run = async () => {
    if (doing === 'search') onSearch(to);
    else if (doing === 'open') await host.openTicket(to);
    else if (doing === 'show') show(to);
    else {
      await api.escalate(ticketId, to, [step.why, ...step.evidence].filter(Boolean).join(' · '));
      onDone(t('action.escalate.done', { group: to }));
    }
  };
  return (
    <>
      <Button isLink size="small" disabled={act.busy} aria-label={`${t(`next.act.${doing}`)}: ${title}`} onClick={() => void act.run(run)}>
        {t(`next.act.${doing}`)}
      </Button>
      <Refused problem={act.problem} />
    </>
  );
}

/** Go to a part of this page, by eye and by keyboard. */
function show(part: string): void {
  const found = document.getElementById(`part-${part}`);
  found?.scrollIntoView?.({ block: 'start', behavior: 'smooth' });
  found?.focus({ preventScroll: true });
}
