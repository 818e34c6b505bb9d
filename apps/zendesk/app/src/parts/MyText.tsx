import '../css/request.css';
import { Button } from '@zendeskgarden/react-buttons';
import { useState } from 'react';
import { useAround } from '../around';
import type { Requested } from '../hooks/useRequest';
import { useWords } from '../words';
import { type Composed, HostChanged, HostSilent } from '../zaf/host';
import { Alert } from './Alert';
import { Card } from './Card';
import { CopyBox } from './CopyBox';
import { Rewording } from './Rewording';

interface MyTextProps {
  ticketId: string;
  /** The customer's, which a translation goes to. */
  language: string;
  asked: Requested;
}

type Replacing =
  | { step: 'idle' }
  | { step: 'busy' }
  | { step: 'done'; was: Composed; now: string }
  | { step: 'undone' }
  | { step: 'changed' }
  | { step: 'failed'; text: string; unsure: boolean };

/** Help with what the agent has typed in Zendesk's own reply: reworded beside it, and put there only when they say so. */
export function MyText({ ticketId, language, asked }: MyTextProps) {
  const { t } = useWords();
  const { host } = useAround();
  const [mine, setMine] = useState<Composed | null>(null);
  const [empty, setEmpty] = useState<'empty' | 'silent' | null>(null);
  const read = async () => {
    const found = await host.composed();
    setEmpty(found === null ? 'silent' : found.text.trim() ? null : 'empty');
    setMine(found?.text.trim() ? found : null);
  };
  if (!mine) {
    return (
      <div className="stack-small">
        <Button size="small" isStretched onClick={() => void read()}>
          {t('mine.start')}
        </Button>
        <p className={empty ? 'quiet' : 'unseen'} role="status">
          {empty && t(`mine.${empty}`)}
        </p>
      </div>
    );
  }
  return (
    <Card title={t('mine.title')}>
      <OneText key={mine.raw} mine={mine} ticketId={ticketId} language={language} asked={asked} onRead={read} onClose={() => setMine(null)} />
    </Card>
  );
}

interface OneTextProps extends MyTextProps {
  mine: Composed;
  onRead: () => Promise<void>;
  onClose: () => void;
}

function OneText({ mine, ticketId, language, asked, onRead, onClose }: OneTextProps) {
  const { t } = useWords();
  const { api, host } = useAround();
  const [now, setNow] = useState(mine.text);
  const [replacing, setReplacing] = useState<Replacing>({ step: 'idle' });
  const changed = now !== mine.text;
  const put = async (text: string, instead: Composed, after: Replacing) => {
    setReplacing({ step: 'busy' });
    try {
      await host.recompose(text, instead);
    } catch (error) {
      if (error instanceof HostChanged) setReplacing({ step: 'changed' });
      else setReplacing({ step: 'failed', text, unsure: error instanceof HostSilent });
      return;
    }
    setReplacing(after);
    if (after.step === 'done') void api.inserted(ticketId, null, { text, source: 'own' }).catch(() => undefined);
  };
  const replace = () => void put(now, mine, { step: 'done', was: mine, now });
  const undo = async (was: Composed) => {
    const current = await host.composed();
    if (current) await put(was.text, current, { step: 'undone' });
  };
  // Replaced over what they typed since: only when they have seen that, and say so.
  const anyway = async () => {
    const current = await host.composed();
    if (current) await put(now, current, { step: 'done', was: current, now });
  };
  const busy = replacing.step === 'busy';
  return (
    <div className="stack-small">
      <div className="versions">
        <Version title={t('mine.before')} text={mine.text} />
        {changed && <Version title={t('mine.after')} text={now} fresh />}
      </div>
      <Rewording ticketId={ticketId} language={language} text={now} onChange={setNow} />
      {replacing.step === 'changed' && (
        <Alert type="warning" role="alert">
          <div className="alert-text">{t('mine.changed')}</div>
          <div className="row">
            <Button isLink size="small" onClick={() => void onRead()}>
              {t('mine.again')}
            </Button>
            <Button isLink size="small" onClick={() => void anyway()}>
              {t('mine.anyway')}
            </Button>
          </div>
        </Alert>
      )}
      <div className="row">
        {changed && replacing.step !== 'done' && (
          <Button size="small" isPrimary disabled={busy} onClick={replace}>
            {t('mine.replace')}
          </Button>
        )}
        <Button size="small" disabled={asked.busy} onClick={() => void asked.ask(now, null)}>
          {t('request.ask')}
        </Button>
        {!changed && (
          <Button size="small" onClick={() => void onRead()}>
            {t('mine.again')}
          </Button>
        )}
        <Button size="small" isBasic onClick={onClose}>
          {t('live.close')}
        </Button>
      </div>
      <Outcome replacing={replacing} onUndo={(was) => void undo(was)} />
    </div>
  );
}

function Outcome({ replacing, onUndo }: { replacing: Replacing; onUndo: (was: Composed) => void }) {
  const { t } = useWords();
  switch (replacing.step) {
    case 'failed':
      return <CopyBox text={replacing.text} unsure={replacing.unsure} />;
    case 'done':
      return (
        <p className="done" role="status">
          {t('mine.replaced')}{' '}
          <Button isLink size="small" onClick={() => onUndo(replacing.was)}>
            {t('mine.undo')}
          </Button>
        </p>
      );
    case 'undone':
      return (
        <p className="done" role="status">
          {t('mine.undone')}
        </p>
      );
    default:
      return null;
  }
}

function Version({ title, text, fresh = false }: { title: string; text: string; fresh?: boolean }) {
  return (
    // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a long text is scrolled with the keyboard too
    <div className={`version ${fresh ? 'version-new' : ''}`} role="group" aria-label={title} tabIndex={0}>
      <h3>{title}</h3>
      {text}
    </div>
  );
}
