import type { KeyboardEvent } from 'react';
import type { Finding, Sentence } from '../api/types';
import { isListed } from '../composing';
import { stretchesOf } from '../faults';
import { numberOf, type Source } from '../sources';
import { beforeLastWord, useWords } from '../words';

interface DraftTextProps {
  sentences: Sentence[];
  sources: Source[];
  findings: Finding[];
  language: string;
  active: number | null;
  chosen: number | null;
  /** Sentences that do not go into the reply. */
  leftOut?: ReadonlySet<number>;
  onActive: (sentence: number | null) => void;
  onChoose: (sentence: number | null) => void;
}

interface Placed {
  sentence: Sentence;
  at: number;
}

/** The draft as sentences: what is cited is underlined and numbered, what is courtesy stays plain. */
export function DraftText({ sentences, language, findings, ...rest }: DraftTextProps) {
  const first = sentences.findIndex((_, at) => numberOf(rest.sources, at) !== null);
  return (
    <div className="draft-text" lang={language} onMouseLeave={() => rest.onActive(null)}>
      {paragraphsOf(sentences).map((paragraph) => (
        <p key={paragraph[0]?.at} className={isListed(paragraph[0]?.sentence.text ?? '') ? 'listed' : undefined}>
          {paragraph.map(({ sentence, at }) => (
            <OneSentence key={at} sentence={sentence} at={at} first={first} findings={findings.filter((one) => one.sentence === at)} {...rest} />
          ))}
        </p>
      ))}
    </div>
  );
}

type OneProps = Omit<DraftTextProps, 'sentences' | 'language'> & Placed & { first: number };

function OneSentence({ sentence, at, first, sources, findings, active, chosen, leftOut, onActive, onChoose }: OneProps) {
  const { t } = useWords();
  const number = numberOf(sources, at);
  if (number === null) {
    return (
      <span className={sentence.record ? 'recorded' : undefined} title={sentence.record ?? undefined}>
        <Marked text={sentence.text} findings={findings} />{' '}
      </span>
    );
  }
  const [start, end] = beforeLastWord(sentence.text);
  const choose = () => onChoose(chosen === at ? null : at);
  const press = (event: KeyboardEvent<HTMLElement>) => {
    if (event.key === 'Escape') onChoose(null);
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      goTo(event.currentTarget, event.key === 'ArrowDown' ? 1 : -1);
    }
    if (event.key !== 'Enter' && event.key !== ' ') return;
    event.preventDefault();
    choose();
  };
  return (
    <>
      <span
        role="button"
        // One stop for all sentences, so that Insert is near; the arrows go from one to the next.
        tabIndex={at === (active ?? first) ? 0 : -1}
        className={`cited ${active === at ? 'cited-active' : ''} ${leftOut?.has(at) ? 'left-out' : ''}`}
        aria-pressed={chosen === at}
        title={t('draft.sentence.hint')}
        onClick={choose}
        onKeyDown={press}
        onFocus={() => onActive(at)}
        onBlur={() => onActive(null)}
        onMouseEnter={() => onActive(at)}
      >
        <Marked text={start} findings={findings} />
        <span className="together">
          {end}
          <sup className="source-number" aria-label={t('draft.sentence.source', { number })}>
            {number}
          </sup>
        </span>
      </span>{' '}
    </>
  );
}

function goTo(from: HTMLElement, step: number): void {
  const all = [...(from.closest('.draft-text')?.querySelectorAll<HTMLElement>('.cited') ?? [])];
  all[all.indexOf(from) + step]?.focus();
}

/** The words that a finding is about are marked where they stand. */
function Marked({ text, findings }: { text: string; findings: Finding[] }) {
  return stretchesOf(text, findings).map(({ text: words, finding }, at) =>
    finding ? (
      <mark key={at} className={`fault fault-${finding.severity}`} title={finding.text}>
        {words}
      </mark>
    ) : (
      words
    ),
  );
}

function paragraphsOf(sentences: Sentence[]): Placed[][] {
  const paragraphs = new Map<number, Placed[]>();
  sentences.forEach((sentence, at) => {
    const paragraph = paragraphs.get(sentence.paragraph) ?? [];
    paragraph.push({ sentence, at });
    paragraphs.set(sentence.paragraph, paragraph);
  });
  return [...paragraphs.values()];
}
