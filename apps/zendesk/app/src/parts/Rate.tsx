import { Button, ToggleIconButton } from '@zendeskgarden/react-buttons';
import { Field, Input, Select } from '@zendeskgarden/react-forms';
import { type FormEvent, useState } from 'react';
import { useAround } from '../around';
import { useAct } from '../hooks/useAct';
import { type Key, useWords } from '../words';
import { Icon } from './Icon';
import { Refused } from './states';

const REASONS = ['wrong', 'outdated', 'off_topic', 'missing', 'tone', 'other'] as const;

interface RateProps {
  label: string;
  ticketId: string;
  draftId: string;
  sentence: number | null;
  /** Without the words beside the thumbs: a screen reader still hears them. */
  quiet?: boolean;
}

/** Thumbs for a draft or one of its sentences; a thumb down asks why. */
export function Rate({ label, ticketId, draftId, sentence, quiet = false }: RateProps) {
  const { t } = useWords();
  const { api } = useAround();
  const act = useAct();
  const [thumb, setThumb] = useState<'up' | 'down' | null>(null);
  const [asking, setAsking] = useState(false);
  const send = async (given: 'up' | 'down', reason: string) => {
    const kept = await act.run(() => api.rate(ticketId, draftId, { thumb: given, reason, sentence }));
    if (!kept) return;
    setThumb(given);
    setAsking(false);
  };
  const thanked = thumb !== null && !asking;
  return (
    <div className="rate" role="group" aria-label={label}>
      <div className="rate-line">
        <span className={quiet && !thanked ? 'unseen' : 'quiet'} role="status">
          {thanked ? t('rating.thanks') : label}
        </span>
        <ToggleIconButton
          size="small"
          isPressed={thumb === 'up'}
          disabled={act.busy}
          aria-label={t('rating.up')}
          onClick={() => void send('up', '')}
        >
          <Icon name={thumb === 'up' ? 'thumbUpFull' : 'thumbUp'} />
        </ToggleIconButton>
        <ToggleIconButton
          size="small"
          isPressed={thumb === 'down'}
          disabled={act.busy}
          aria-label={t('rating.down')}
          aria-expanded={asking}
          onClick={() => setAsking(!asking)}
        >
          <Icon name={thumb === 'down' ? 'thumbDownFull' : 'thumbDown'} />
        </ToggleIconButton>
      </div>
      {asking && <Why busy={act.busy} onSend={(reason) => void send('down', reason)} onCancel={() => setAsking(false)} />}
      <Refused problem={act.problem} />
    </div>
  );
}

interface WhyProps {
  busy: boolean;
  onSend: (reason: string) => void;
  onCancel: () => void;
}

function Why({ busy, onSend, onCancel }: WhyProps) {
  const { t } = useWords();
  const [reason, setReason] = useState<string>(REASONS[0]);
  const [note, setNote] = useState('');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onSend(note.trim() ? `${reason}: ${note.trim()}` : reason);
  };
  return (
    <form className="form" onSubmit={submit}>
      <Field>
        <Field.Label>{t('rating.why')}</Field.Label>
        <Select isCompact value={reason} onChange={(event) => setReason(event.target.value)}>
          {REASONS.map((name) => (
            <option key={name} value={name}>
              {t(`rating.reason.${name}` satisfies Key)}
            </option>
          ))}
        </Select>
      </Field>
      <Field>
        <Field.Label isRegular>{t('rating.note')}</Field.Label>
        <Input isCompact value={note} onChange={(event) => setNote(event.target.value)} />
      </Field>
      <div className="row">
        <Button size="small" isPrimary type="submit" disabled={busy}>
          {t('rating.send')}
        </Button>
        <Button size="small" isBasic onClick={onCancel}>
          {t('rating.cancel')}
        </Button>
      </div>
    </form>
  );
}
