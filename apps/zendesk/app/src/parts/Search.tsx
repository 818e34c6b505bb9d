import { Button, IconButton } from '@zendeskgarden/react-buttons';
import { Field, Input } from '@zendeskgarden/react-forms';
import { type FormEvent, type RefObject, useState } from 'react';
import type { Passage } from '../api/types';
import { useAround } from '../around';
import { useAct } from '../hooks/useAct';
import { useWords } from '../words';
import { Card } from './Card';
import { Chip } from './Chip';
import { Icon } from './Icon';
import { ArticleLink, AudienceTag, Updated } from './Sources';
import { Refused } from './states';

interface SearchProps {
  ticketId: string;
  field: RefObject<HTMLInputElement | null>;
}

/** Look into the articles without leaving the ticket. */
export function Search({ ticketId, field }: SearchProps) {
  const { t } = useWords();
  const { api } = useAround();
  const act = useAct();
  const [words, setWords] = useState('');
  const [found, setFound] = useState<Passage[] | null>(null);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (words.trim()) void act.run(async () => setFound(await api.search(ticketId, words.trim())));
  };
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
        <IconButton size="small" isBasic={false} isPill={false} type="submit" disabled={act.busy} aria-label={t('search.go')}>
          <Icon name="search" />
        </IconButton>
      </form>
      <Refused problem={act.problem} />
      <p className="quiet" role="status">
        {found && (found.length === 0 ? t('search.none') : t('search.found', { count: found.length }))}
      </p>
      {found && found.length > 0 && (
        <ul className="results">
          {found.map((passage) => (
            <Result key={`${passage.article_id} ${passage.section} ${passage.heading} ${passage.text}`} passage={passage} />
          ))}
        </ul>
      )}
    </Card>
  );
}

function Result({ passage }: { passage: Passage }) {
  const { t } = useWords();
  const { host } = useAround();
  const [inserted, setInserted] = useState(false);
  const open = passage.audience === 'public';
  const old = passage.expired ? 'search.expired' : passage.stale ? 'search.stale' : null;
  const insert = () =>
    host.insert(`${passage.title}: ${passage.url}`).then(
      () => setInserted(true),
      () => host.notify(t('draft.insert.refused'), 'error'),
    );
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
        <Updated at={passage.updated_at} />
      </p>
      <p className="result-text clamped">
        {passage.heading && <strong>{passage.heading}. </strong>}
        {passage.text}
      </p>
      {open && !old ? (
        <Button isLink size="small" onClick={() => void insert()}>
          {t(inserted ? 'search.inserted' : 'search.insert')}
        </Button>
      ) : (
        <span className="quiet">{t(open ? 'search.old' : 'search.internal')}</span>
      )}
    </li>
  );
}
