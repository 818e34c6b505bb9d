import { ApiProblem, isRecord, json, type ProblemCode } from './wire';

/** What can be asked for in one request, beside one ticket. */
export type Piece = 'assist' | 'elsewhere' | 'scenarios' | 'request' | 'writing';

interface Waiting {
  resolve: (found: unknown) => void;
  reject: (error: unknown) => void;
}

/** Gathers what is asked for beside a ticket in the same moment: a panel that opens asks once, not five times. */
export class Together {
  private readonly waiting = new Map<string, Map<Piece, Waiting[]>>();

  constructor(private readonly get: (path: string) => Promise<Response>) {}

  /** What a request of its own would have answered. `alone` is that one's path, taken where nothing else is asked.
   * What is of no ticket (an empty path) goes along with any. */
  ask(ticketPath: string, piece: Piece, alone: string): Promise<unknown> {
    return new Promise((resolve, reject) => {
      let pieces = this.waiting.get(ticketPath);
      if (!pieces) {
        this.waiting.set(ticketPath, (pieces = new Map<Piece, Waiting[]>()));
        // All the parts of a page that opens ask before this runs.
        queueMicrotask(() => void this.send(ticketPath, alone));
      }
      pieces.set(piece, [...(pieces.get(piece) ?? []), { resolve, reject }]);
    });
  }

  private async send(ticketPath: string, alone: string): Promise<void> {
    const pieces = this.waiting.get(ticketPath) ?? new Map<Piece, Waiting[]>();
    this.waiting.delete(ticketPath);
    const [other] = ticketPath === '' ? this.waiting.values() : [];
    if (other) {
      pieces.forEach((asked, piece) => other.set(piece, [...(other.get(piece) ?? []), ...asked]));
      return;
    }
    const single = pieces.size === 1;
    try {
      const path = single ? alone : `${ticketPath}/beside?of=${[...pieces.keys()].join(',')}`;
      const found = await json(await this.get(path));
      for (const [piece, asked] of pieces) this.tell(ticketPath, piece, asked, single ? found : isRecord(found) && found[piece]);
    } catch (error) {
      for (const asked of pieces.values()) asked.forEach(({ reject }) => reject(error));
    }
  }

  /** One piece may have failed, or be one that takes long and is asked for by itself. */
  private tell(ticketPath: string, piece: Piece, asked: Waiting[], found: unknown): void {
    const later = isRecord(found) && found.later === true;
    const problem = isRecord(found) && isRecord(found.error) ? found.error : null;
    for (const { resolve, reject } of asked) {
      if (later) this.get(`${ticketPath}/${piece}`).then(json).then(resolve, reject);
      else if (problem) reject(new ApiProblem(problem.code as ProblemCode, String(problem.message ?? '')));
      else resolve(found);
    }
  }
}
