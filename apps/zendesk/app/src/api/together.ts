import { ApiProblem, isRecord, json, type ProblemCode } from './wire';

/** What can be asked for in one request, beside one ticket. */
export type Piece = 'assist' | 'call' | 'coaching' | 'elsewhere' | 'profile' | 'scenarios' | 'threads' | 'request' | 'writing';

/**
 * Milliseconds within which it is asked. What stands beside a ticket is below what the agent reads first: where fifty
 * tickets open in one moment, none of it comes before anybody's ticket.
 */
const SPREAD_MS = 300;

interface Waiting {
  resolve: (found: unknown) => void;
  reject: (error: unknown) => void;
}

/** What is waited for of one ticket; `alone` is the path of its first piece by itself. */
interface Asked {
  alone: string;
  pieces: Map<Piece, Waiting[]>;
}

/** Gathers what is asked for beside a ticket in the same moment: a panel that opens asks once, not five times. */
export class Together {
  private waiting = new Map<string, Asked>();
  private timer: ReturnType<typeof setTimeout> | null = null;

  constructor(
    private readonly get: (path: string) => Promise<Response>,
    private readonly spreadMs = SPREAD_MS,
  ) {}

  /** What a request of its own would have answered. `alone` is that one's path, taken where nothing else is asked.
   * What is of no ticket (an empty path) goes along with any. */
  ask(ticketPath: string, piece: Piece, alone: string): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const asked = this.waiting.get(ticketPath) ?? { alone, pieces: new Map<Piece, Waiting[]>() };
      asked.pieces.set(piece, [...(asked.pieces.get(piece) ?? []), { resolve, reject }]);
      this.waiting.set(ticketPath, asked);
      // All the parts of a page that opens ask before this runs.
      this.timer ??= setTimeout(() => this.flush(), Math.random() * this.spreadMs);
    });
  }

  private flush(): void {
    const waiting = this.waiting;
    this.waiting = new Map();
    this.timer = null;
    const ofNone = waiting.get('');
    const [other] = [...waiting.keys()].filter((path) => path !== '');
    if (ofNone && other !== undefined) {
      waiting.delete('');
      ofNone.pieces.forEach((asked, piece) => waiting.get(other)?.pieces.set(piece, asked));
    }
    waiting.forEach((asked, ticketPath) => void this.send(ticketPath, asked));
  }

  private async send(ticketPath: string, { alone, pieces }: Asked): Promise<void> {
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
