import '../css/request.css';
import { Button } from '@zendeskgarden/react-buttons';
import { useCallback, useEffect, useRef, useState } from 'react';
import type { ReplyRequest } from '../api/types';
import { useAround } from '../around';
import { useInsert } from '../hooks/useInsert';
import { useKept } from '../hooks/useKept';
import { useNow } from '../hooks/useNow';
import { useReturn } from '../hooks/useReturn';
import type { Requested } from '../hooks/useRequest';
import { useWords } from '../words';
import { Card } from './Card';
import { Chip, type Tone } from './Chip';
import { CopyBox } from './CopyBox';
import { Editor } from './Editor';
import { InternalWarning } from './InternalWarning';
import { Refused } from './states';

const TONES: Record<ReplyRequest['state'], Tone> = {
  pending: 'yellow',
  approved: 'green',
  rejected: 'red',
  expired: 'grey',
  withdrawn: 'grey',
  used: 'green',
};

interface RequestCardProps {
  asked: Requested;
  ticketId: string;
  /** The customer's. */
  language: string;
}

/** How it stands with a supervisor's word on this reply. An approval sends nothing: it lets these very words be inserted. */
export function RequestCard({ asked, ticketId, language }: RequestCardProps) {
  const { t, ago } = useWords();
  const now = useNow();
  const [away, setAway] = useState('');
  const { request, problem } = asked;
  const again = useRef<HTMLDivElement>(null);
  const state = request?.state;
  // The answer comes while the agent looks elsewhere in the panel; it is said once, and shown where it stands.
  useEffect(() => {
    if (state === 'approved' || state === 'rejected') again.current?.scrollIntoView?.({ block: 'nearest' });
  }, [state]);
  if (!request) return problem ? <Refused problem={problem} /> : null;
  if (away === request.id || (request.state === 'withdrawn' && !problem)) return null;
  const closed = request.state !== 'pending' && request.state !== 'approved';
  return (
    <Card
      title={t('request.title')}
      aside={<Chip tone={request.outdated ? 'grey' : TONES[request.state]} text={t(`request.state.${request.state}`)} small />}
    >
      <div ref={again} className="stack-small request">
        <p role="status">
          <Said request={request} now={now} />
        </p>
        {request.reason && (
          <blockquote className="request-reason">
            <strong>{request.decided_by}:</strong> {request.reason}
          </blockquote>
        )}
        {request.state !== 'used' && <blockquote className="request-text clamped">{request.text}</blockquote>}
        <p className="quiet">{t('request.asked', { name: request.asked_by, ago: ago(request.asked_at, now) })}</p>
        <Ways key={request.id} asked={asked} request={request} ticketId={ticketId} language={language} />
        {closed && (
          <Button isLink size="small" onClick={() => setAway(request.id)}>
            {t('request.hide')}
          </Button>
        )}
        <Refused problem={problem} />
      </div>
    </Card>
  );
}

function Said({ request, now }: { request: ReplyRequest; now: Date }) {
  const { t } = useWords();
  if (request.outdated) return t('request.outdated');
  const hours = Math.max(1, Math.round((Date.parse(request.expires_at) - now.getTime()) / 3_600_000));
  switch (request.state) {
    case 'pending':
      return t('request.pending', { channel: request.channel, hours });
    case 'approved':
      return t('request.approved', { name: request.decided_by });
    case 'rejected':
      return t('request.rejected', { name: request.decided_by });
    case 'expired':
      return t('request.expired');
    case 'used':
      return t('request.used', { name: request.decided_by });
    case 'withdrawn':
      return t('request.state.withdrawn');
  }
}

function Ways({ asked, request, ticketId, language }: RequestCardProps & { request: ReplyRequest }) {
  const { t } = useWords();
  const { api } = useAround();
  const [warned, setWarned] = useState(false);
  const confirmed = useRef<string[]>([]);
  const record = useCallback(
    (text: string, copied: boolean) =>
      api.inserted(ticketId, request.draft, { text, source: 'approved', ref: request.id, confirmed: confirmed.current, copied }),
    [api, ticketId, request.draft, request.id],
  );
  const [insertion, insert, copied] = useInsert(record);
  const [refused, setRefused] = useState(false);
  const [other, setOther, sent] = useKept(`again:${request.id}`);
  const [changing, setChanging] = useState(other !== '');
  const [changeButton, back] = useReturn();
  const busy = asked.busy || insertion.step === 'busy';
  const take = async () => {
    const text = await asked.use();
    setRefused(text === null);
    if (text !== null) await insert(text);
  };
  const close = () => {
    sent();
    setChanging(false);
    back();
  };
  const usable = request.state === 'approved' && !request.outdated;
  // A supervisor's yes is to the words; that they come from inside is read once more by whoever sends them.
  if (warned && usable) {
    const confirm = () => {
      confirmed.current = request.internal.map(({ article_id }) => article_id);
      setWarned(false);
      void take();
    };
    const title = request.internal.map((source) => source.title).join(', ');
    return <InternalWarning title={title} onConfirm={confirm} onCancel={() => setWarned(false)} />;
  }
  if (changing) {
    return (
      <Editor
        ticketId={ticketId}
        language={language}
        text={other}
        asking={asked.busy}
        onChange={setOther}
        onAsk={() => void asked.ask(other, request.draft).then((done) => done && close())}
        onCancel={close}
      />
    );
  }
  const change = ['pending', 'rejected', 'expired'].includes(request.state) || request.outdated;
  return (
    <>
      <div className="row">
        {usable && (
          <Button size="small" isPrimary disabled={busy} onClick={() => (request.internal.length > 0 ? setWarned(true) : void take())}>
            {t('request.insert')}
          </Button>
        )}
        {change && (
          <Button ref={changeButton} size="small" disabled={busy} onClick={() => { setOther(request.text); setChanging(true); }}>
            {t('request.change')}
          </Button>
        )}
        {(request.state === 'pending' || request.outdated) && (
          <Button size="small" isBasic disabled={busy} onClick={asked.withdraw}>
            {t('request.withdraw')}
          </Button>
        )}
      </div>
      {insertion.step === 'failed' && <CopyBox text={insertion.text} unsure={insertion.unsure} onCopied={copied} />}
      {insertion.step === 'done' && (
        <p className="done" role="status">
          {t('draft.inserted')}
        </p>
      )}
      {refused && !asked.problem && !request.outdated && (
        <p className="refused" role="alert">
          {t('request.gone')}
        </p>
      )}
    </>
  );
}
