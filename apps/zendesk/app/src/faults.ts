import type { Finding } from './api/types';

/** A stretch of a sentence, and the gravest finding that is about it. */
export interface Stretch {
  text: string;
  finding: Finding | null;
}

/** A sentence cut where findings begin and end. Places are counted in code points, as the server counts. */
export function stretchesOf(text: string, findings: readonly Finding[]): Stretch[] {
  const letters = Array.from(text);
  const about = findings.flatMap((finding) => (finding.span ? [{ finding, span: finding.span }] : []));
  const edges = about.flatMap(({ span }) => span.map((at) => Math.min(Math.max(at, 0), letters.length)));
  const cuts = [...new Set([0, letters.length, ...edges])].sort((a, b) => a - b);
  return cuts.slice(0, -1).map((from, at) => ({
    text: letters.slice(from, cuts[at + 1]).join(''),
    finding: gravest(about.filter(({ span: [start, end] }) => start <= from && from < end).map((one) => one.finding)),
  }));
}

function gravest(findings: Finding[]): Finding | null {
  return findings.find(({ severity }) => severity === 'block') ?? findings[0] ?? null;
}
