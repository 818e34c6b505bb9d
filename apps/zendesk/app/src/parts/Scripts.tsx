import '../css/beside.css';
import { Button } from '@zendeskgarden/react-buttons';
import { useMemo, useState } from 'react';
import type { ScriptLine } from '../api/beside';
import type { Inserted } from '../api/types';
import { useWords } from '../words';
import { Card } from './Card';
import { Chip } from './Chip';
import { InsertButton } from './InsertButton';

/** What must and may be said about this matter; what was said is ticked off by itself. */
export function Scripts({ lines, ticketId }: { lines: ScriptLine[]; ticketId: string }) {
  const { t } = useWords();
  const [all, setAll] = useState(false);
  if (lines.length === 0) return null;
  const must = lines.filter((line) => line.must_say);
  const more = lines.length - must.length;
  const due = lines.filter((line) => line.must_say && !line.said_by && !line.drafted).length;
  return (
    <Card
      title={t('script.title')}
      aside={due > 0 && <Chip icon="alert" tone="yellow" text={t('script.due', { count: due })} small />}
    >
      <ul className="scripts">
        {(all || must.length === 0 ? lines : must).map((line) => (
          <Line key={line.text} line={line} ticketId={ticketId} />
        ))}
      </ul>
      {must.length > 0 && more > 0 && (
        <Button isLink size="small" aria-expanded={all} onClick={() => setAll(!all)}>
          {all ? t('next.fewer') : t('script.more', { count: more })}
        </Button>
      )}
    </Card>
  );
}

function Line({ line, ticketId }: { line: ScriptLine; ticketId: string }) {
  const { t } = useWords();
  const what = useMemo<Inserted>(() => ({ text: line.text, source: 'script', ref: line.name }), [line.text, line.name]);
  const name = line.name || t('script.unnamed');
  return (
    <li className="script">
      <div className="script-head">
        <strong>{name}</strong>
        {line.said_by ? (
          <Chip icon="check" tone="green" text={t('script.said', { name: line.said_by })} small />
        ) : line.drafted ? (
          <Chip icon="check" tone="blue" text={t('script.drafted')} small />
        ) : (
          line.must_say && <Chip tone="yellow" text={t('script.must')} small />
        )}
      </div>
      <p className="quiet">{t('script.because', { what: line.because })}</p>
      {!line.said_by && !line.drafted && (
        <>
          <blockquote className="script-text">{line.text}</blockquote>
          <InsertButton ticketId={ticketId} what={what} name={name} />
        </>
      )}
    </li>
  );
}
