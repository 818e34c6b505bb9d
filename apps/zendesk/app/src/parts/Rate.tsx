import '../css/request.css';
import { Button, ToggleIconButton } from '@zendeskgarden/react-buttons';
import { Field, Input } from '@zendeskgarden/react-forms';
import { type FormEvent, useId, useState } from 'react';
import type { RatingReason } from '../api/types';
import { useAround } from '../around';
import { useAct } from '../hooks/useAct';
import { useReturn } from '../hooks/useReturn';
import { type Key, useWords } from '../words';
import { Icon } from './Icon';
import { Refused } from './states';

const REASONS: RatingReason[] = ['wrong', 'outdated', 'not_this_case', 'tone', 'missing'];

interface RateProps {
  label: string;
  ticketId: string;
  draftId: string;
  sentence: number | null;
  /** The id of the article, where a source is meant. */
  source?: string | null;
  /** Without the words beside the thumbs: a screen reader still hears them. */
  quiet?: boolean;
}

/** Thumbs for a draft, one of its sentences or one of its sources; a thumb down asks why. */
export function Rate({ label, ticketId, draftId, sentence, source = null, quiet = false }: RateProps) {
  const { t } = useWords();
  const { api } = useAround();
  const act = useAct();
  const [thumb, setThumb] = useState<'up' | 'down' | null>(null);
  const [asking, setAsking] = useState(false);
  const [down, back] = useReturn();
  const close = () => {
    setAsking(false);
    back();
  };
  const send = async (given: 'up' | 'down', reasons: RatingReason[], reason: string) => {
    const rating = { thumb: given, reasons, reason, sentence, source };
    const kept = await act.run(() => api.rate(ticketId, draftId, rating));
    if (!kept) return;
    setThumb(given);
    if (asking) close();
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
          onClick={() => void send('up', [], '')}
        >
          <Icon name={thumb === 'up' ? 'thumbUpFull' : 'thumbUp'} />
        </ToggleIconButton>
        <ToggleIconButton
          ref={down}
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
      {asking && <Why busy={act.busy} onSend={(reasons, words) => void send('down', reasons, words)} onCancel={close} />}
      <Refused problem={act.problem} />
    </div>
  );
}

interface WhyProps {
  busy: boolean;
  onSend: (reasons: RatingReason[], words: string) => void;
  onCancel: () => void;
}

function Why({ busy, onSend, onCancel }: WhyProps) {
  const { t } = useWords();
  const id = useId();
  const [reasons, setReasons] = useState<RatingReason[]>([]);
  const [words, setWords] = useState('');
  const toggle = (reason: RatingReason) =>
    setReasons(reasons.includes(reason) ? reasons.filter((each) => each !== reason) : [...reasons, reason]);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onSend(reasons, words.trim());
  };
  return (
    <form className="form" onSubmit={submit}>
      <div className="choices" role="group" aria-labelledby={id}>
        <strong id={id} className="mini">
          {t('rating.why')}
        </strong>
        {REASONS.map((reason) => (
          <button
            key={reason}
            type="button"
            className="chip-choice"
            aria-pressed={reasons.includes(reason)}
            onClick={() => toggle(reason)}
          >
            {t(`rating.reason.${reason}` satisfies Key)}
          </button>
        ))}
      </div>
      <Field>
        <Field.Label isRegular>{t('rating.note')}</Field.Label>
        <Input isCompact maxLength={500} value={words} onChange={(event) => setWords(event.target.value)} />
      </Field>
      <div className="row">
        <Button size="small" isPrimary type="submit" disabled={busy || (reasons.length === 0 && !words.trim())}>
          {t('rating.send')}
        </Button>
        <Button size="small" isBasic onClick={onCancel}>
          {t('rating.cancel')}
        </Button>
      </div>
    </form>
  );
}
