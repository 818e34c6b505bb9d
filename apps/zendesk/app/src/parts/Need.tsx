import { Button } from '@zendeskgarden/react-buttons';
import { useState } from 'react';
import type { Emotion, Risk, SeenFact, Signals } from '../api/types';
import { riskName } from '../risks';
import { told } from '../story';
import { useWords } from '../words';
import { Fold } from './Card';
import { Chip, type Tone } from './Chip';
import { Icon } from './Icon';
import { OtherIntent } from './OtherIntent';

const MOOD_TONES = { negative: 'red', neutral: 'grey', positive: 'green' } as const;
const URGENCY_TONES = { high: 'yellow', normal: 'grey', low: 'grey' } as const;
/** A wish for more is no danger. */
const RISK_TONES: Record<string, Tone> = { upsell: 'blue', auto_reply: 'grey' };
/** More signs than these hide the ones that count; the surest come first. */
const SHOWN_RISKS = 3;
const SHOWN_WORDS = 3;

interface NeedProps {
  signals: Signals;
  ticketId: string;
  decision: string | null;
}

/** What the customer wants, feels and needs soon, with the words that show it. */
export function Need({ signals, ticketId, decision }: NeedProps) {
  const { t, percent, language } = useWords();
  const { intent, also = [], sentiment, urgency, risks, emotions = [], facts = [] } = signals;
  const factsNamed = (name: string) => facts.filter((fact) => fact.name === name);
  // Where two readers disagree the agent has to see it.
  const differ = factsNamed('readers_differ');
  const mood = t(`need.sentiment.${sentiment.value}`);
  const haste = t(`need.urgency.${urgency.value}`);
  const tongue = language(signals.language.value);
  const shown = emotions.flatMap((emotion) => emotion.evidence);
  const words = told([...sentiment.evidence, ...urgency.evidence, ...shown]).slice(0, SHOWN_WORDS);
  return (
    <Fold title={t('need.title')} aside={<span className="quiet">{t('need.folded', { intent: intent.label, mood })}</span>} keep open={differ.length > 0}>
      <div className="row">
        <p className="intent">{intent.label}</p>
        {/* Of nothing recognised there is nothing to be sure of. */}
        {intent.confidence > 0 && (
          <span className="quiet">{t('need.confidence', { percent: percent(intent.confidence) })}</span>
        )}
      </div>
      {also.length > 0 && <p className="quiet">{t('need.also', { what: also.join(', ') })}</p>}
      <Asked questions={factsNamed('asked')} />
      {differ.map(({ label }) => (
        <p key={label} className="differ">
          <Icon name="alert" /> {t('need.differ', { what: label })}
        </p>
      ))}
      {/* What was said of one reading does not hold for the next. */}
      <OtherIntent key={decision} ticketId={ticketId} seen={intent.value} decision={decision} />
      <div className="chips">
        <Chip
          icon={sentiment.value}
          tone={MOOD_TONES[sentiment.value]}
          text={mood}
          tip={t('need.sentiment.label', { value: mood, percent: percent(sentiment.confidence) })}
        />
        <Chip
          icon={urgency.value === 'high' ? 'urgent' : 'clock'}
          tone={URGENCY_TONES[urgency.value]}
          text={haste}
          tip={t('need.urgency.label', { value: haste, percent: percent(urgency.confidence) })}
        />
        <Chip
          icon="globe"
          text={tongue}
          tip={t('need.language.label', { value: tongue, percent: percent(signals.language.confidence) })}
        />
        {emotions.map((emotion) => (
          <EmotionChip key={emotion.value} emotion={emotion} />
        ))}
        <Risks risks={risks} />
      </div>
      {words.length > 0 && (
        <p className="evidence">
          <span className="unseen">{t('need.evidence')}</span>
          {words.map((word) => (
            <q key={word}>{word}</q>
          ))}
        </p>
      )}
    </Fold>
  );
}

/** Each question as a language model put it, where it read the message: in the articles' language, one by one. */
function Asked({ questions }: { questions: SeenFact[] }) {
  const { t } = useWords();
  if (questions.length === 0) return null;
  return (
    <div className="asked">
      <span className="quiet">{t('need.asked')}</span>
      <ul className="plain-list">
        {questions.map(({ label, evidence }) => (
          <li key={label} title={evidence.map((words) => `“${words}”`).join(' ')}>
            {label}
          </li>
        ))}
      </ul>
    </div>
  );
}

function EmotionChip({ emotion }: { emotion: Emotion }) {
  const { t, percent } = useWords();
  const label = t('need.emotion.label', { value: emotion.label, percent: percent(emotion.confidence) });
  const words = emotion.evidence.join(', ');
  const tip = words ? `${label}. ${t('need.risk.evidence', { words })}` : label;
  return <Chip icon="neutral" tone="yellow" text={emotion.label} tip={tip} />;
}

function Risks({ risks }: { risks: Risk[] }) {
  const { t } = useWords();
  const [all, setAll] = useState(false);
  const more = risks.length - SHOWN_RISKS;
  return (
    <>
      {(all ? risks : risks.slice(0, SHOWN_RISKS)).map((risk) => (
        <RiskChip key={risk.kind} risk={risk} />
      ))}
      {more > 0 && (
        <Button isLink size="small" aria-expanded={all} onClick={() => setAll(!all)}>
          {all ? t('need.risks.fewer') : t('need.risks.more', { count: more })}
        </Button>
      )}
    </>
  );
}

function RiskChip({ risk }: { risk: Risk }) {
  const { t } = useWords();
  const name = riskName(risk.kind, risk.label, t);
  const words = [risk.evidence].flat().filter(Boolean).join(', ');
  const label = t('need.risk.label', { value: name });
  const tip = words ? `${label}. ${t('need.risk.evidence', { words })}` : label;
  return <Chip icon="shield" tone={RISK_TONES[risk.kind] ?? 'red'} text={name} tip={tip} />;
}
