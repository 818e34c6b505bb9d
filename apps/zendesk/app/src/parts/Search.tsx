import { Button, IconButton } from '@zendeskgarden/react-buttons';
import { Field, Input, Select } from '@zendeskgarden/react-forms';
import { type FormEvent, type RefObject, useCallback, useEffect, useState } from 'react';
import type { Passage } from '../api/types';
import { useAround } from '../around';
import { useAct } from '../hooks/useAct';
import { useWords } from '../words';
import { Card } from './Card';
import { Chip } from './Chip';
import { Icon } from './Icon';
import { ArticleLink, AudienceTag, Updated } from './Sources';
import { Refused } from './states';
import { Takeover } from './Takeover';

/** Words that another part of the page wants looked for; a new object looks again. */
export interface Wanted {
  words: string;
}

interface SearchProps {
  ticketId: string;
  field: RefObject<HTMLInputElement | null>;
  wanted?: Wanted | null;
}

type Whose = 'all' | 'public' | 'internal';

/** Look into the articles without leaving the ticket. */
export function Search({ ticketId, field, wanted = null }: SearchProps) {
  const { t } = useWords();
  const { api } = useAround();
  const { busy, problem, run } = useAct();
  const [words, setWords] = useState('');
  const [found, setFound] = useState<Passage[] | null>(null);
  const [whose, setWhose] = useState<Whose>('all');
  const look = useCallback(
    (said: string) => void run(async () => setFound(await api.search(ticketId, said))),
    [api, run, ticketId],
  );
  const [asked, setAsked] = useState<Wanted | null>(null);
  if (wanted && wanted !== asked) {
    setAsked(wanted);
    setWords(wanted.words);
  }
  useEffect(() => {
    if (!wanted) return;
    look(wanted.words);
    field.current?.focus();
    field.current?.scrollIntoView?.({ block: 'center', behavior: 'smooth' });
  }, [wanted, look, field]);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (words.trim()) look(words.trim());
  };
  const shown = found?.filter(({ audience }) => whose === 'all' || (audience === 'public') === (whose === 'public'));
  return (
    <Card title={t('search.title')}>
      <form className="search" onSubmit={submit} role="search">
        <Field className="grow">
          <Field.Label hidden>{t('search.label')}</Field.Label>
          <Input
            ref={field as RefObject<HTMLInputElement>}
            isCompact
            type="search"
            placeholder={t('search.placeholder')}
            value={words}
            onChange={(event) => setWords(event.target.value)}
          />
        </Field>
        <IconButton size="small" isBasic={false} isPill={false} type="submit" disabled={busy} aria-label={t('search.go')}>
          <Icon name="search" />
        </IconButton>
      </form>
      <Refused problem={problem} />
      {found && mixed(found) && <Audiences whose={whose} onChoose={setWhose} />}
      <p className="quiet" role="status">
        {shown && (shown.length === 0 ? t('search.none') : t('search.found', { count: shown.length }))}
      </p>
      {shown && shown.length > 0 && (
        <ul className="results">
          {shown.map((passage) => (
            <Result
              key={`${passage.article_id} ${passage.section} ${passage.heading} ${passage.text}`}
              passage={passage}
              ticketId={ticketId}
            />
          ))}
        </ul>
      )}
    </Card>
  );
}

function mixed(found: Passage[]): boolean {
  const open = found.filter(({ audience }) => audience === 'public').length;
  return open > 0 && open < found.length;
}

function Audiences({ whose, onChoose }: { whose: Whose; onChoose: (whose: Whose) => void }) {
  const { t } = useWords();
  return (
    <Field>
      <Field.Label hidden>{t('search.audience')}</Field.Label>
      <Select isCompact value={whose} onChange={(event) => onChoose(event.target.value as Whose)}>
        {(['all', 'public', 'internal'] as const).map((each) => (
          <option key={each} value={each}>
            {t(`search.audience.${each}`)}
          </option>
        ))}
      </Select>
    </Field>
  );
}

function Result({ passage, ticketId }: { passage: Passage; ticketId: string }) {
  const { t } = useWords();
  const [whole, setWhole] = useState(false);
  const old = passage.expired ? 'search.expired' : passage.stale ? 'search.stale' : null;
  return (
    <li className="source">
      <div className="source-head">
        <ArticleLink title={passage.title} url={passage.url} />
      </div>
      <p className="dotted quiet source-facts">
        <AudienceTag audience={passage.audience} />
        {old && <Chip tone="red" text={t(old)} small />}
        {passage.brand && <span>{passage.brand}</span>}
        <span>{passage.section}</span>
        {passage.updated_at && <Updated at={passage.updated_at} />}
      </p>
      <p className={`result-text ${whole ? '' : 'clamped'}`}>
        {passage.heading && <strong>{passage.heading}. </strong>}
        {passage.text}
      </p>
      {passage.text.length > 120 && (
        <Button isLink size="small" aria-expanded={whole} onClick={() => setWhole(!whole)}>
          {t(whole ? 'timeline.less' : 'timeline.more')}
        </Button>
      )}
      {old ? <span className="quiet">{t('search.old')}</span> : <Takeover passage={passage} ticketId={ticketId} />}
    </li>
  );
}
