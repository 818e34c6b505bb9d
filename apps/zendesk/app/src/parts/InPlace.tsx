import '../css/request.css';
import { useEffect, useRef, useState } from 'react';
import { type ApiProblem, problemOf } from '../api/client';
import type { SourceInPlace } from '../api/types';
import { useAround } from '../around';
import { useWords } from '../words';
import { Refused } from './states';

/** Headings are marked in an article's text; here their lines are enough. */
const plain = (text: string) => text.replace(/^#{1,6} +/gm, '');

/** The passage in its article: the words before it, the quote marked, the words after it. */
export function InPlace({ ticketId, draftId, sentence }: { ticketId: string; draftId: string; sentence: number }) {
  const { t } = useWords();
  const { api } = useAround();
  const [found, setFound] = useState<SourceInPlace | null>(null);
  const [problem, setProblem] = useState<ApiProblem | null>(null);
  const box = useRef<HTMLDivElement>(null);
  const quote = useRef<HTMLElement>(null);
  useEffect(() => {
    let current = true;
    api.source(ticketId, draftId, sentence).then(
      (source) => current && setFound(source),
      (error: unknown) => current && setProblem(problemOf(error)),
    );
    return () => {
      current = false;
    };
  }, [api, ticketId, draftId, sentence]);
  useEffect(() => {
    // Only this box scrolls: the page stays where the agent reads.
    if (box.current && quote.current) box.current.scrollTop = quote.current.offsetTop - box.current.offsetTop - 40;
  }, [found]);
  if (problem) return <Refused problem={problem} />;
  if (!found) {
    return (
      <p className="quiet" role="status">
        {t('source.opening')}
      </p>
    );
  }
  return (
    <>
      {found.changed && <p className="finding finding-warn">{t('source.changed')}</p>}
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a long article is scrolled with the keyboard too */}
      <div className="in-place" ref={box} role="group" aria-label={t('source.around', { title: found.title })} tabIndex={0}>
        {plain(found.before)}
        <mark className="mark-active" ref={quote}>
          {found.quote}
        </mark>
        {plain(found.after)}
      </div>
    </>
  );
}
