import type { Citation, Sentence } from './api/types';

/** Where one sentence of the draft rests inside a passage, counted in code points as the server counts. */
export interface Quote {
  sentence: number;
  start: number;
  end: number;
  /** The article, opened at these words. */
  link?: string;
}

/** One passage that the draft rests on, numbered in the order it is first used. */
export interface Source {
  number: number;
  citation: Citation;
  quotes: Quote[];
}

export interface Piece {
  text: string;
  /** The sentences that rest on these words; empty for words around the quotes. */
  sentences: number[];
}

/** The passages behind a draft, each once. */
export function sourcesOf(sentences: readonly Sentence[]): Source[] {
  const sources = new Map<string, Source>();
  sentences.forEach(({ citation }, sentence) => {
    if (!citation) return;
    const key = JSON.stringify([citation.article_id, citation.section, citation.passage]);
    const source = sources.get(key) ?? { number: sources.size + 1, citation, quotes: [] };
    const link = citation.link ?? citation.url;
    source.quotes.push({ sentence, start: citation.quote_start, end: citation.quote_end, link });
    sources.set(key, source);
  });
  return [...sources.values()];
}

/** The number of the source that a sentence rests on. */
export function numberOf(sources: readonly Source[], sentence: number): number | null {
  return sources.find((source) => source.quotes.some((quote) => quote.sentence === sentence))?.number ?? null;
}

/** A passage cut where quotes begin and end, so that exactly the quoted words can be marked. */
export function piecesOf(passage: string, quotes: readonly Quote[]): Piece[] {
  const letters = Array.from(passage);
  const edges = quotes.flatMap(({ start, end }) => [start, end]);
  const cuts = [...new Set([0, letters.length, ...edges.map((edge) => clamp(edge, letters.length))])];
  cuts.sort((a, b) => a - b);
  return cuts.slice(0, -1).map((from, at) => ({
    text: letters.slice(from, cuts[at + 1]).join(''),
    sentences: quotes.filter(({ start, end }) => start <= from && from < end).map(({ sentence }) => sentence),
  }));
}

const AROUND = 70;

/** Long passages are shown around their quotes; null when the passage is short enough to be shown whole. */
export function shortened(pieces: readonly Piece[]): Piece[] | null {
  const first = pieces.findIndex((piece) => piece.sentences.length > 0);
  if (first < 0) return null;
  const last = pieces.findLastIndex((piece) => piece.sentences.length > 0);
  const short = pieces.map((piece, at) => {
    if (piece.sentences.length > 0 || piece.text.length <= 2 * AROUND) return piece;
    const head = piece.text.slice(0, AROUND).replace(/\s\S*$/, '');
    const tail = piece.text.slice(-AROUND).replace(/^\S*\s/, '');
    if (at < first) return { ...piece, text: `… ${tail}` };
    if (at > last) return { ...piece, text: `${head} …` };
    return { ...piece, text: `${head} … ${tail}` };
  });
  return short.some((piece, at) => piece.text !== pieces[at]?.text) ? short : null;
}

function clamp(at: number, length: number): number {
  return Math.min(Math.max(at, 0), length);
}
