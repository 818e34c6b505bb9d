import '../css/call.css';
import type { CallKnowledge, CallLine, CallScript, LiveCall } from '../api/call';
import { useCall } from '../hooks/useCall';
import { useWords } from '../words';
import { Card } from './Card';
import { Chip } from './Chip';
import { Trend } from './Trend';

interface CallPanelProps {
  ticketId: string;
  /** Whether anything was said by telephone in this conversation. */
  spoken: boolean;
}

/** What helps while one speaks: the newest question's answer first, then what must be said, then what was said. */
export function CallPanel({ ticketId, spoken }: CallPanelProps) {
  const { t } = useWords();
  const call = useCall(ticketId, spoken);
  if (call === null || (call.stage === 'ended' && call.lines.length === 0)) return null;
  const over = call.stage === 'ended';
  return (
    <Card title={t(over ? 'call.title.over' : 'call.title')} tone={over ? 'plain' : 'accent'} aside={<Chip icon="clock" tone={over ? 'grey' : 'green'} text={length(call.seconds)} small />}>
      <Facts call={call} />
      {!over && call.knowledge.length > 0 && <Knowledge asked={call.asked} found={call.knowledge} />}
      {call.scripts.length > 0 && <Lines scripts={call.scripts} />}
      <Transcript lines={call.lines} />
    </Card>
  );
}

function Facts({ call }: { call: LiveCall }) {
  const { t } = useWords();
  return (
    <div className="call-facts">
      <p className="quiet" role="status">
        {t(`call.stage.${call.stage}`)} · {call.number ? t('call.from', { number: call.number }) : t('call.withheld')}
      </p>
      {call.moods.length > 1 && <Trend scores={call.moods} />}
      {call.raised.length > 0 && <Chip icon="alert" tone="red" text={t('call.raised')} tip={call.raised.join(', ')} small />}
    </div>
  );
}

function Knowledge({ asked, found }: { asked: string; found: CallKnowledge[] }) {
  const { t } = useWords();
  return (
    <section className="call-part" aria-live="polite" aria-label={t('call.knowledge')}>
      <p className="quiet">
        {t('call.asked')} <q>{asked}</q>
      </p>
      <ul className="call-knowledge">
        {found.map((passage) => (
          <li key={`${passage.title} ${passage.text}`}>
            {passage.url ? (
              <a href={passage.url} target="_blank" rel="noreferrer">
                {passage.title}
              </a>
            ) : (
              <strong>{passage.title}</strong>
            )}
            <p>{passage.text}</p>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Lines({ scripts }: { scripts: CallScript[] }) {
  const { t } = useWords();
  return (
    <section className="call-part" aria-label={t('call.scripts')}>
      <h3>{t('call.scripts')}</h3>
      <ul className="call-scripts">
        {scripts.map((script) => (
          <li key={script.text} className={script.said ? 'call-done' : ''}>
            {script.said ? (
              <Chip icon="check" tone="green" text={t('call.said')} small />
            ) : (
              script.must_say && <Chip tone="yellow" text={t('call.must')} small />
            )}
            <span>{script.text}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Transcript({ lines }: { lines: CallLine[] }) {
  const { t } = useWords();
  if (lines.length === 0) return <p className="quiet">{t('call.none')}</p>;
  return (
    <section className="call-part" aria-label={t('call.lines')}>
      <h3>{t('call.lines')}</h3>
      <ol className="call-lines">
        {[...lines].reverse().map((line) => (
          <li key={line.key} className={`call-${line.role}`}>
            <strong>{t(line.role === 'customer' ? 'call.caller' : 'call.agent')}</strong> {line.text}
          </li>
        ))}
      </ol>
    </section>
  );
}

function length(seconds: number): string {
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}
