/** The part of Zendesk's client library that we use. */
export interface ZafClient {
  get(path: string): Promise<unknown>;
  set(path: string, value: unknown): Promise<unknown>;
  invoke(action: string, ...args: unknown[]): Promise<unknown>;
  request(options: { url: string; type?: string }): Promise<unknown>;
  on(event: string, listener: (payload?: unknown) => void): void;
  off(event: string, listener: (payload?: unknown) => void): void;
}

declare global {
  interface Window {
    ZAFClient?: { init(): ZafClient | false };
  }
}
