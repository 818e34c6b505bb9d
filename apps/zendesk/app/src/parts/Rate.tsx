import '../css/request.css';
import { Button, ToggleIconButton } from '@zendeskgarden/react-buttons';
import { Field, Input, Select } from '@zendeskgarden/react-forms';
import { type FormEvent, useId, useState } from 'react';
import type { Draft, Rating, RatingReason } from '../api/types';
import { useAround } from '../around';
import { useAct } from '../hooks/useAct';
import { useReturn } from '../hooks/useReturn';
import type { Source } from '../sources';
import { type Key, type Words, useWords } from '../words';
import { Icon } from './Icon';
import { Refused } from './states';

const REASONS: RatingReason[] = ['wrong', 'outdated', 'not_this_case', 'tone', 'missing'];

interface RateProps {
  draft: Draft;
  sources: Source[];
  ticketId: string;
  /** The sentence that the agent has marked: the thumbs are about it then. */
  chosen: number | null;
}

/** What a thumb is about, as it is stored: a sentence by its number, a source by its article's id, else the draft. */
type About = Pick<Rating, 'sentence' | 'source'>;

/** One pair of thumbs for the draft and all in it; a thumb down asks what of it is wrong, and why. */
export function Rate({ draft, sources, ticketId, chosen }: RateProps) {
  const { t } = useWords();
  const { api } = useAround();
  const act = useAct();
  const [thumbs, setThumbs] = useState<ReadonlyMap<number | null, 'up' | 'down'>>(new Map());
  const [asking, setAsking] = useState(false);
  const [down, back] = useReturn();
  const thumb = thumbs.get(chosen);
  const label = chosen === null ? t('rating.draft') : t('rating.sentence', { number: chosen + 1 });
  const close = () => {
    setAsking(false);
    back();
  };
  const send = async (rating: Rating) => {
    if (!(await act.run(() => api.rate(ticketId, draft.id, rating)))) return;
    setThumbs(new Map(thumbs).set(chosen, rating.thumb));
    if (asking) close();
  };
  const thanked = thumb !== undefined && !asking;
  return (
    <div className="rate" role="group" aria-label={label}>
      <div className="rate-line">
        <span className={chosen === null && !thanked ? 'unseen' : 'quiet'} role="status">
          {thanked ? t('rating.thanks') : label}
        </span>
        <ToggleIconButton
          size="small"
          isPressed={thumb === 'up'}
          disabled={act.busy}
          aria-label={t('rating.up')}
          onClick={() => void send({ thumb: 'up', reasons: [], reason: '', sentence: chosen, source: null })}
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
      {asking && (
        <Why
          key={chosen}
          draft={draft}
          sources={sources}
          chosen={chosen}
          busy={act.busy}
          onSend={(why) => void send({ thumb: 'down', ...why })}
          onCancel={close}
        />
      )}
      <Refused problem={act.problem} />
    </div>
  );
}

interface WhyProps {
  draft: Draft;
  sources: Source[];
  chosen: number | null;
  busy: boolean;
  onSend: (why: Omit<Rating, 'thumb'>) => void;
  onCancel: () => void;
}

function Why({ draft, sources, chosen, busy, onSend, onCancel }: WhyProps) {
  const { t } = useWords();
  const id = useId();
  const [about, setAbout] = useState<About>({ sentence: chosen, source: null });
  const [reasons, setReasons] = useState<RatingReason[]>([]);
  const [words, setWords] = useState('');
  const toggle = (reason: RatingReason) =>
    setReasons(reasons.includes(reason) ? reasons.filter((each) => each !== reason) : [...reasons, reason]);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onSend({ ...about, reasons, reason: words.trim() });
  };
  return (
    <form className="form" onSubmit={submit}>
      <Field>
        <Field.Label isRegular>{t('rating.about')}</Field.Label>
        <Select isCompact value={JSON.stringify(about)} onChange={(event) => setAbout(JSON.parse(event.target.value) as About)}>
          {thingsIn(draft, sources, t).map(([thing, name]) => (
            <option key={name} value={JSON.stringify(thing)}>
              {name}
            </option>
          ))}
        </Select>
      </Field>
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

/** All that can be wrong, by name: the draft, each sentence that states something, each article once. */
function thingsIn({ sentences }: Draft, sources: Source[], t: Words['t']): [About, string][] {
  const stated = sentences.map(({ kind, text }, sentence) => ({ kind, text, sentence })).filter(({ kind }) => kind !== 'courtesy');
  const articles = [...new Map(sources.map((source) => [source.citation.article_id, source])).values()];
  return [
    [{ sentence: null, source: null }, t('rating.about.draft')],
    ...stated.map(({ text, sentence }): [About, string] => [{ sentence, source: null }, `${t('rating.sentence', { number: sentence + 1 })}: ${text}`]),
    ...articles.map(({ citation, number }): [About, string] => [{ sentence: null, source: citation.article_id }, `${t('rating.source', { number })}: ${citation.title}`]),
  ];
}
