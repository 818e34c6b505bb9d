import { Button } from '@zendeskgarden/react-buttons';
import { Field, Select, Textarea } from '@zendeskgarden/react-forms';
import { useCallback, useMemo, useState } from 'react';
import type { Brief, BriefWay, Inserted } from '../api/types';
import { useAround } from '../around';
import { copied as onClipboard } from '../clipboard';
import { useAct } from '../hooks/useAct';
import { useFound } from '../hooks/useFound';
import { useWords } from '../words';
import { Problem, Searching } from './Beside';
import { Fold } from './Card';
import { InsertButton } from './InsertButton';
import { Lines } from './Package';
import { Refused } from './states';

interface BriefProps {
  ticketId: string;
  /** The newest word of the ticket: after another one the brief is made anew. */
  latest: string | null;
}

/** What engineers need to look into a fault, made from the record when somebody opens it. */
export function EngineeringBrief(props: BriefProps) {
  const { t } = useWords();
  return (
    <Fold title={t('brief.title')}>
      <Made {...props} />
    </Fold>
  );
}

function Made({ ticketId, latest }: BriefProps) {
  const { api } = useAround();
  // eslint-disable-next-line react-hooks/exhaustive-deps -- after a new word it is asked for anew
  const ask = useCallback(() => api.brief(ticketId), [api, ticketId, latest]);
  const { found, problem, again } = useFound(ask);
  if (problem) return <Problem problem={problem} again={again} />;
  if (found === null) return <Searching />;
  return <Shown brief={found} ticketId={ticketId} />;
}

function Shown({ brief, ticketId }: { brief: Brief; ticketId: string }) {
  const { t } = useWords();
  const { api } = useAround();
  const passing = useAct();
  const [way, setWay] = useState<BriefWay>('note');
  const [passed, setPassed] = useState<BriefWay | null>(null);
  const [copied, setCopied] = useState(false);
  const update = useMemo<Inserted>(() => ({ text: brief.update, source: 'script', ref: 'engineering' }), [brief.update]);
  const passOn = async () => setPassed((await passing.run(() => api.passBriefOn(ticketId, way))) ? way : null);
  const choice = brief.ways.length > 1;
  return (
    <div className="stack-small">
      {brief.missing.length > 0 && (
        <dl className="facts">
          <Lines term={t('brief.missing')} items={brief.missing} />
        </dl>
      )}
      <Field>
        <Field.Label hidden>{t('brief.text')}</Field.Label>
        <Textarea isCompact readOnly className="brief-text" value={brief.text} minRows={6} maxRows={14} />
      </Field>
      {choice && (
        <Field>
          <Field.Label>{t('brief.to')}</Field.Label>
          <Select isCompact value={way} onChange={(event) => setWay(event.target.value as BriefWay)}>
            {brief.ways.map((each) => (
              <option key={each} value={each}>
                {t(`brief.way.${each}`)}
              </option>
            ))}
          </Select>
        </Field>
      )}
      <div className="row">
        <Button size="small" disabled={passing.busy || passed === way} onClick={() => void passOn()}>
          {t(choice ? 'brief.send' : 'brief.note')}
        </Button>
        <Button isLink size="small" onClick={() => saved(brief)}>
          {t('brief.download')}
        </Button>
        <Button isLink size="small" onClick={() => void onClipboard(brief.text).then(setCopied)}>
          {t(copied ? 'draft.copied' : 'brief.copy')}
        </Button>
      </div>
      <Refused problem={passing.problem} />
      <p className={passed ? 'done' : 'unseen'} role="status">
        {passed && t(passed === 'note' ? 'brief.noted' : `brief.sent.${passed}`)}
      </p>
      <div className="stack-small">
        <h3 className="brief-update">{t('brief.update')}</h3>
        {brief.status !== 'passed_on' && <p className="entry-text">{t(`brief.status.${brief.status}`)}</p>}
        <p className="entry-text">{brief.update}</p>
        <div className="row">
          <InsertButton ticketId={ticketId} what={update} name={t('brief.update')} link />
        </div>
      </div>
    </div>
  );
}

/** Saved from memory: no address of ours opens without a sign-in. */
function saved({ text, file }: Brief) {
  const address = URL.createObjectURL(new Blob([text], { type: 'text/markdown' }));
  const link = document.createElement('a');
  link.href = address;
  link.download = file;
  link.click();
  URL.revokeObjectURL(address);
}
