import ZAFClient from 'zendesk_app_framework_sdk';
import type { ZafClient } from '../src/zaf/client';
import { Host } from '../src/zaf/host';

const ORIGIN = 'http://127.0.0.1:4500';

interface Asked {
  id?: number;
  key?: string;
  request?: 'get' | 'set' | 'invoke';
  params?: unknown;
  message?: unknown;
  instanceGuid: string;
}

/**
 * Zendesk's page around the app, written at the wire: the real client library posts messages to it and hears
 * its answers, so nothing between the app and the wire is faked.
 */
export class FakeZendesk {
  readonly values: Record<string, unknown> = { 'ticket.id': 42, colorScheme: 'light', 'currentUser.locale': 'en-GB' };
  readonly invoked: [action: string, args: unknown[]][] = [];
  readonly refuses = new Set<string>();
  readonly ignores = new Set<string>();
  groups: string[] = ['Customer care', 'Billing'];
  /** A macro's reply as Zendesk fills it in; null where it does not say. */
  macro: string | null = null;
  location = 'ticket_sidebar';
  private readonly window = { postMessage: (message: string) => this.hear(JSON.parse(message) as Asked) };

  /** Load the client library as an app inside this page would. */
  open(patienceMs = 1_000): Host {
    history.replaceState(null, '', `/sidebar/?origin=${encodeURIComponent(ORIGIN)}&app_guid=guid-${Math.random()}`);
    Object.defineProperty(window, 'parent', { value: this.window, configurable: true });
    return new Host(ZAFClient.init() as ZafClient, patienceMs);
  }

  fire(event: string, message?: unknown): void {
    this.say({ key: `zaf.${event}`, message });
  }

  calls(action: string): unknown[][] {
    return this.invoked.filter(([name]) => name === action).map(([, args]) => args);
  }

  private hear(asked: Asked): void {
    if (asked.key === 'iframe.handshake') this.register(asked.instanceGuid);
    else if (asked.key?.startsWith('request:')) this.proxy(asked.key, asked.message);
    else if (asked.request === 'get') this.answer(asked, this.get(asked.params as string[]));
    else if (asked.request) this.answer(asked, this.change(asked.params as Record<string, unknown>, asked.request));
  }

  private register(instanceGuid: string): void {
    const context = { product: 'support', location: this.location, ticketId: 42, instanceGuid };
    this.fire('app.registered', { context, metadata: { appId: 1, installationId: 2, settings: {} } });
  }

  private get(paths: string[]): Record<string, unknown> {
    return { errors: {}, ...Object.fromEntries(paths.map((path) => [path, this.values[path]])) };
  }

  private change(params: Record<string, unknown>, request: 'set' | 'invoke'): Record<string, unknown> | null {
    const errors: Record<string, unknown> = {};
    for (const [path, value] of Object.entries(params)) {
      if (this.ignores.has(path)) return null;
      if (request === 'invoke') this.invoked.push([path, value as unknown[]]);
      if (this.refuses.has(path)) errors[path] = { name: 'Error', message: 'not here', path };
      else if (request === 'set') this.values[path] = value;
    }
    return { errors };
  }

  private proxy(key: string, wish: unknown): void {
    if (String((wish as { url?: string } | undefined)?.url).includes('/macros/')) {
      const answer = this.macro === null ? {} : { result: { ticket: { comment: { body: this.macro } } } };
      this.fire(`${key}.done`, { responseArgs: [answer, 'success', {}] });
      return;
    }
    const groups = this.groups.map((name) => ({ name }));
    this.fire(`${key}.done`, { responseArgs: [{ groups }, 'success', {}] });
  }

  private answer(asked: Asked, result: unknown): void {
    if (result !== null) this.say({ id: asked.id, result });
  }

  private say(message: unknown): void {
    // A macrotask later, as between two real windows. jsdom lets no test set source, so it is pinned by hand.
    setTimeout(() => {
      const event = new MessageEvent('message', { data: JSON.stringify(message), origin: ORIGIN });
      Object.defineProperty(event, 'source', { value: this.window });
      window.dispatchEvent(event);
    });
  }
}
