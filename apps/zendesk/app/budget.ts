import { gzipSync } from 'node:zlib';
import type { Plugin } from 'vite';

/** In kB as the browser fetches them, compressed; six languages are in it, of which an agent fetches one. */
export const ALL_KB = 275;
export const FIRST_KB = 166;

export interface Built {
  fileName: string;
  size: number;
  /** Fetched before anything can be drawn. */
  first: boolean;
}

/** What is over budget, in words; nothing when all is well. */
export function overweight(files: readonly Built[], all = ALL_KB, first = FIRST_KB): string[] {
  const kb = (some: readonly Built[]) => some.reduce((sum, { size }) => sum + size, 0) / 1_000;
  const sums: [string, number, number][] = [
    ['The whole app', kb(files), all],
    ['What comes before the first drawing', kb(files.filter((file) => file.first)), first],
  ];
  return sums
    .filter(([, has, may]) => has > may)
    .map(([what, has, may]) => `${what} has ${has.toFixed(1)} kB gzipped and may have ${may}.`);
}

/** Fails the build that has grown too heavy, and says which files are heaviest. */
export function budget(): Plugin {
  return {
    name: 'handrail-budget',
    apply: 'build',
    generateBundle(_options, bundle) {
      const chunks = Object.values(bundle);
      const entries = chunks.filter((file) => file.type === 'chunk' && file.isEntry);
      const first = new Set<string>();
      const visit = (name: string): void => {
        const file = bundle[name];
        if (!file || first.has(name)) return;
        first.add(name);
        if (file.type !== 'chunk') return;
        file.imports.forEach(visit);
        file.viteMetadata?.importedCss.forEach(visit);
      };
      entries.forEach(({ fileName }) => visit(fileName));
      const built = chunks.map((file) => ({
        fileName: file.fileName,
        size: gzipSync(file.type === 'chunk' ? file.code : file.source).length,
        first: first.has(file.fileName),
      }));
      const heavy = overweight(built);
      const heaviest = [...built].sort((a, b) => b.size - a.size).slice(0, 5);
      const list = heaviest.map(({ fileName, size }) => `  ${fileName} ${(size / 1_000).toFixed(1)} kB`);
      if (heavy.length > 0) this.error([...heavy, 'The heaviest:', ...list].join('\n'));
    },
  };
}
