import { Anchor, Button } from '@zendeskgarden/react-buttons';
import { useEffect, useRef, useState } from 'react';
import type { Audience } from '../api/types';
import { type Piece, piecesOf, shortened, type Source } from '../sources';
import { beforeLastWord, useWords } from '../words';
import { Card } from './Card';
import { Chip } from './Chip';
import { Icon } from './Icon';
import { InPlace } from './InPlace';

interface SourcesProps {
  sources: Source[];
  /** The sentence under the pointer, the focus or chosen: its words are marked strongest. */
  active: number | null;
  chosen: number | null;
  ticketId: string;
  draftId: string;
  /** The pointer is over words that this sentence rests on. */
  onActive: (sentence: number | null) => void;
}

/** The passages behind the draft, with exactly the quoted words marked. */
export function Sources({ sources, ...rest }: SourcesProps) {
  const { t } = useWords();
  if (sources.length === 0) return null;
  return (
    <Card title={t('source.title')}>
      <ol className="sources">
        {sources.map((source) => (
          <OneSource key={source.number} source={source} {...rest} />
        ))}
      </ol>
    </Card>
  );
}

type OneProps = Omit<SourcesProps, 'sources'> & { source: Source };

function OneSource({ source, active, chosen, ticketId, draftId, onActive }: OneProps) {
  const { t } = useWords();
  const { citation, quotes, number } = source;
  const [whole, setWhole] = useState(false);
  // The agent's own word on whether the article is open, as long as they look at the same sentence.
  const [word, setWord] = useState<{ about: number | null; open: boolean } | null>(null);
  const item = useRef<HTMLLIElement>(null);
  const lit = quotes.some((quote) => quote.sentence === active);
  // What was chosen stays, though the pointer passes over other sentences.
  const meant = [chosen, active].flatMap((at) => quotes.filter(({ sentence }) => sentence === at))[0] ?? quotes[0];
  const wanted = quotes.some((quote) => quote.sentence === chosen);
  // Choosing a sentence opens its source in place.
  const opened = word?.about === chosen ? word.open : wanted;
  useEffect(() => {
    if (wanted) item.current?.scrollIntoView?.({ block: 'nearest', behavior: 'smooth' });
  }, [wanted]);
  const pieces = piecesOf(citation.passage, quotes);
  const short = shortened(pieces);
  return (
    <li ref={item} className={`source ${lit ? 'source-lit' : ''}`}>
      <div className="source-head">
        <span className="source-badge" aria-hidden="true">
          {number}
        </span>
        <ArticleLink title={citation.title} url={meant?.link ?? citation.url} />
      </div>
      <p className="dotted quiet source-facts">
        <AudienceTag audience={citation.audience} />
        <span>{citation.heading || citation.section}</span>
        <Updated at={citation.updated_at} />
      </p>
      {opened && meant ? (
        <InPlace key={meant.sentence} ticketId={ticketId} draftId={draftId} sentence={meant.sentence} />
      ) : (
        <blockquote>
          {(whole || !short ? pieces : short).map((piece, at) => (
            <Words key={at} piece={piece} active={active} onActive={onActive} />
          ))}
        </blockquote>
      )}
      <div className="row">
        {short && !opened && (
          <Button isLink size="small" aria-expanded={whole} onClick={() => setWhole(!whole)}>
            {t(whole ? 'source.part' : 'source.whole')}
          </Button>
        )}
        <Button isLink size="small" aria-expanded={opened} onClick={() => setWord({ about: chosen, open: !opened })}>
          {t(opened ? 'source.close' : 'source.place')}
        </Button>
      </div>
    </li>
  );
}

interface WordsProps {
  piece: Piece;
  active: number | null;
  onActive: (sentence: number | null) => void;
}

function Words({ piece, active, onActive }: WordsProps) {
  if (piece.sentences.length === 0) return <span>{piece.text}</span>;
  const strong = active !== null && piece.sentences.includes(active);
  return (
    <mark
      className={strong ? 'mark-active' : ''}
      onMouseEnter={() => onActive(piece.sentences[0] ?? null)}
      onMouseLeave={() => onActive(null)}
    >
      {piece.text}
    </mark>
  );
}

export function ArticleLink({ title, url }: { title: string; url: string }) {
  const { t } = useWords();
  const [start, end] = beforeLastWord(title);
  // Only web addresses become links: an article's URL comes from outside.
  if (!/^https?:\/\//.test(url)) return <strong className="article">{title}</strong>;
  return (
    <Anchor className="article" href={url} target="_blank" rel="noopener noreferrer" aria-label={t('source.open', { title })}>
      {start}
      <span className="together">
        {end}
        <Icon name="link" className="icon-small" />
      </span>
    </Anchor>
  );
}

export function Updated({ at }: { at: string }) {
  const { t, date } = useWords();
  return <time dateTime={at}>{t('source.updated', { date: date(at) })}</time>;
}

export function AudienceTag({ audience }: { audience: Audience }) {
  const { t } = useWords();
  const open = audience === 'public';
  return open ? (
    <Chip tone="green" text={t('source.public')} small />
  ) : (
    <Chip tone="yellow" icon="lock" text={t('source.internal')} small />
  );
}
