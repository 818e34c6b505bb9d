import type { Citation, Sentence } from './api/types';

/** The draft as it would be sent: without the sentences left out, the agent's own note after the greeting. */
export function composed(sentences: readonly Sentence[], leftOut: ReadonlySet<number>, note = ''): string {
  const paragraphs = new Map<number, string[]>();
  const greeting = sentences[0]?.kind === 'courtesy' ? 0 : null;
  sentences.forEach((sentence, at) => {
    if (leftOut.has(at)) return;
    // A greeting stands alone once a note follows it, whatever it shared its paragraph with.
    const place = note.trim() && at === greeting ? Number.NEGATIVE_INFINITY : sentence.paragraph;
    paragraphs.set(place, [...(paragraphs.get(place) ?? []), sentence.text]);
  });
  const texts = [...paragraphs].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)).map(([, lines]) => lines.join(' '));
  const own = note.trim();
  if (!own) return laidOut(texts);
  const after = greeting !== null && !leftOut.has(greeting) ? 1 : 0;
  return laidOut([...texts.slice(0, after), own, ...texts.slice(after)]);
}

/** A blank line between paragraphs, none inside a list or a table: as the draft's own text has it. */
function laidOut(paragraphs: readonly string[]): string {
  return paragraphs.reduce((text, next, at) => {
    const before = paragraphs[at - 1];
    if (before === undefined) return next;
    return `${text}${isListed(before) && isListed(next) ? '\n' : '\n\n'}${next}`;
  }, '');
}

/** An item, a step or a row, which stand close to each other. */
export function isListed(text: string): boolean {
  return /^(?:[-*•–]|\d{1,2}[.)])\s|\s\|\s/.test(text);
}

/** The agent's own version with their note after its greeting, where its first line is one. */
export function withNote(text: string, note: string): string {
  const own = note.trim();
  if (!own || text.includes(own)) return text;
  const [first = '', ...rest] = text.split('\n');
  const greets = first.length <= 60 && /[,!:،、，]\s*$/.test(first);
  return greets ? [first, '', own, ...(rest[0]?.trim() ? [''] : []), ...rest].join('\n') : `${own}\n\n${text}`;
}

/** The sources that no customer may read, of the sentences that stay. */
export function internalIn(sentences: readonly Sentence[], leftOut: ReadonlySet<number>): Citation[] {
  const inside = new Map<string, Citation>();
  sentences.forEach(({ citation }, at) => {
    if (citation && citation.audience !== 'public' && !leftOut.has(at)) inside.set(citation.article_id, citation);
  });
  return [...inside.values()];
}
