import '../css/call.css';
import type { CallKnowledge, CallScript, LiveCall } from '../api/call';
import { useWords } from '../words';
import { Card, Fold } from './Card';
import { Chip } from './Chip';
import { Trend } from './Trend';

/** What helps while one speaks: the newest question's answer. */
export function CallPanel({ call }: { call: LiveCall }) {
  const { t } = useWords();
  return (
    <Card title={t('call.title')} tone="accent" aside={<Chip icon="clock" tone="green" text={length(call.seconds)} small />}>
      <Facts call={call} />
      {call.knowledge.length > 0 && <Knowledge asked={call.asked} found={call.knowledge.slice(0, 1)} />}
    </Card>
  );
}

/** What must be said in this call, ticked off as it is said, and what else the articles have for the question. */
export function CallBelow({ call }: { call: LiveCall }) {
  const { t } = useWords();
  const more = call.knowledge.slice(1);
  return (
    <>
      {more.length > 0 && (
        <Card title={t('call.knowledge')}>
          <Passages found={more} />
        </Card>
      )}
      {call.scripts.length > 0 && <CallScripts scripts={call.scripts} />}
    </>
  );
}

function CallScripts({ scripts }: { scripts: CallScript[] }) {
  const { t } = useWords();
  return (
    <Card title={t('call.scripts')}>
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
    </Card>
  );
}

/** What was said, the newest first; the newest words stand in the title. */
export function CallTranscript({ call }: { call: LiveCall }) {
  const { t } = useWords();
  const { lines } = call;
  const over = call.stage === 'ended';
  return (
    <Fold keep title={t(over ? 'call.title.over' : 'call.lines')} aside={<span className="quiet">{lines.at(-1)?.text ?? t('call.none')}</span>}>
      {over && <Facts call={call} />}
      <ol className="call-lines">
        {[...lines].reverse().map((line) => (
          <li key={line.key} className={`call-${line.role}`}>
            <strong>{t(line.role === 'customer' ? 'call.caller' : 'call.agent')}</strong> {line.text}
          </li>
        ))}
      </ol>
    </Fold>
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
      {call.raised.length > 0 && <Chip icon="alert" tone="red" text={`${t('call.raised')}: ${call.raised.join(', ').replaceAll('_', ' ')}`} small />}
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
      <Passages found={found} />
    </section>
  );
}

function Passages({ found }: { found: CallKnowledge[] }) {
  return (
    <ul className="call-knowledge">
      {found.map(({ title, url, text }) => (
        <li key={`${title} ${text}`}>
          {url ? (
            <a href={url} target="_blank" rel="noreferrer">
              {title}
            </a>
          ) : (
            <strong>{title}</strong>
          )}
          <p className="clamped" title={text}>
            {text}
          </p>
        </li>
      ))}
    </ul>
  );
}

function length(seconds: number): string {
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}
