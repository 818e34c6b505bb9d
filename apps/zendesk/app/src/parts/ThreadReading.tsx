import { Button } from '@zendeskgarden/react-buttons';
import { useState } from 'react';
import type { ThreadSummary, TranslatedMessage } from '../api/beside';
import { useAround } from '../around';
import { useAct } from '../hooks/useAct';
import { useWriting } from '../hooks/useWriting';
import { useWords } from '../words';
import { Refused } from './states';

interface ThreadReadingProps {
  ticketId: string;
  translated: TranslatedMessage[] | null;
  onTranslated: (messages: TranslatedMessage[] | null) => void;
}

/** A long conversation in short, a foreign one in the agent's language: asked for by the agent, where there is a model. */
export function ThreadReading({ ticketId, translated, onTranslated }: ThreadReadingProps) {
  const { t, locale } = useWords();
  const { api } = useAround();
  const [summary, setSummary] = useState<ThreadSummary | null>(null);
  const [refused, setRefused] = useState('');
  const summarising = useAct();
  const translating = useAct();
  const to = locale.slice(0, 2);
  if (useWriting() !== '') return null;
  const summarise = () =>
    void summarising.run(async () => {
      const found = await api.summary(ticketId, to);
      setSummary(found);
      setRefused(found.unavailable);
    });
  const translate = () =>
    void translating.run(async () => {
      const found = await api.translation(ticketId, to);
      onTranslated(found.unavailable ? null : found.messages);
      setRefused(found.unavailable);
    });
  return (
    <>
      <div className="row">
        <Button isLink size="small" disabled={summarising.busy} onClick={summarise}>
          {t('thread.summarise')}
        </Button>
        <Button
          isLink
          size="small"
          disabled={translating.busy}
          onClick={() => (translated ? onTranslated(null) : translate())}
        >
          {t(translated ? 'thread.originals' : 'thread.translate')}
        </Button>
      </div>
      <Refused problem={summarising.problem ?? translating.problem} />
      {refused && <p className="quiet">{refused}</p>}
      {summary && summary.lines.length > 0 && <Summary summary={summary} />}
    </>
  );
}

/** Each line with the words that it rests on. */
function Summary({ summary }: { summary: ThreadSummary }) {
  const { t } = useWords();
  return (
    <section aria-label={t('thread.summary')}>
      <h3>{t('thread.summary')}</h3>
      <ul className="plain-list asked">
        {summary.lines.map(({ text, quote }) => (
          <li key={text + quote}>
            {text} <q className="quiet" dir="auto">
              {quote}
            </q>
          </li>
        ))}
      </ul>
      {summary.struck > 0 && <p className="quiet">{t('thread.struck', { count: summary.struck })}</p>}
    </section>
  );
}
