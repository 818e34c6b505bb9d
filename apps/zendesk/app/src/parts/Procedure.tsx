import type { Procedure as Led, ProcedureStep } from '../api/types';
import { type Key, useWords } from '../words';
import { Fold } from './Card';
import { Chip } from './Chip';

const TONES = { waiting: 'grey', person: 'yellow', done: 'green', told: 'green', left: 'grey' } as const;
const KINDS = new Set(['ask', 'answer', 'told', 'check', 'act', 'branch', 'say', 'handoff']);

/** The steps that the assistant took with the customer, so that nobody asks or tries the same again. */
export function Procedure({ procedure }: { procedure: Led }) {
  const { t } = useWords();
  const outcome = outcomeOf(procedure);
  return (
    <Fold
      keep
      title={t('procedure.title', { name: procedure.name })}
      aside={<Chip tone={TONES[outcome]} text={t(`procedure.${outcome}`)} />}
    >
      <ol className="steps">
        {procedure.steps.map((step, at) => (
          // A step may be taken twice: its place is what tells it apart.
          <Step key={at} step={step} />
        ))}
      </ol>
      {procedure.reason && <p className="quiet">{procedure.reason}</p>}
      {procedure.wants.map((wish) => (
        <p key={wish}>
          <strong>{t('procedure.wants')}</strong> {wish}
        </p>
      ))}
    </Fold>
  );
}

/** Who was only told something has not said whether it helped. */
function outcomeOf({ outcome, steps }: Led): keyof typeof TONES {
  return outcome === 'done' && !steps.some((step) => step.kind === 'answer') ? 'told' : outcome;
}

function Step({ step }: { step: ProcedureStep }) {
  const { t } = useWords();
  const kind = KINDS.has(step.kind) ? t(`procedure.step.${step.kind}` as Key) : step.kind;
  return (
    <li>
      <span className="quiet">{kind}</span> {step.what}
      {step.result && <em className="step-result"> → {step.result}</em>}
    </li>
  );
}
