/**
 * The helpdesk's half of the Zendesk app framework (ZAF v2): opens an app in an iframe by a signed form POST, answers
 * its client library over postMessage, and tells it what happens on the ticket. It knows the wire, not the helpdesk:
 * what a path reads or does comes in as a table.
 *
 * @typedef {{
 *   get: Record<string, () => unknown>,
 *   set: Record<string, (value: any) => void>,
 *   invoke: Record<string, (...args: any[]) => unknown>,
 *   unknown?: (path: string) => unknown,
 *   request?: Record<string, () => unknown>,
 *   ask?: (path: string) => Promise<unknown>|undefined,
 * }} Desk what the app may read, write and do, by path; `unknown` may resolve paths that are in no table; `request` has
 *   the helpdesk's own addresses that an app may read with the agent's session, `ask` finds those that are in no table
 * @typedef {{context: Record<string, unknown>, metadata: Record<string, unknown>}} Registration
 */

const SAVE_PATIENCE_MS = 5000;
const SANDBOXED = "allow-scripts allow-same-origin allow-forms allow-popups allow-downloads";

export class ZafHost {
  /**
   * @param {HTMLElement} frameHolder where the iframe is put
   * @param {Desk} desk
   * @param {{onReady?: () => void, frame?: string}} [hooks] onReady: the app has shaken hands; `frame` is the
   *   data-testid of its iframe
   */
  constructor(frameHolder, desk, hooks = {}) {
    this.holder = frameHolder;
    this.desk = desk;
    this.hooks = hooks;
    /** @type {HTMLIFrameElement|null} */
    this.frame = null;
    this.origin = "";
    this.guid = "";
    this.registered = false;
    /** @type {Registration} */
    this.registration = { context: {}, metadata: {} };
    /** @type {Set<string>} */
    this.heard = new Set();
    /** @type {Map<string, (answer: {error?: {msg?: string}}) => void>} */
    this.awaited = new Map();
    window.addEventListener("message", (event) => this.receive(event));
  }

  /**
   * Open the app as Zendesk does for apps with signed URLs: a POST of the token into the iframe.
   *
   * @param {{url: string, token: string, app_guid: string}} opening
   * @param {Registration} registration
   * @param {string} title
   */
  open(opening, registration, title) {
    this.close();
    const address = new URL(opening.url, location.href);
    // The token may cover the query, so what is there already stays as it is.
    for (const [name, value] of [
      ["origin", location.origin],
      ["app_guid", opening.app_guid],
    ]) {
      if (!address.searchParams.has(name)) address.searchParams.set(name, value);
    }
    this.origin = address.origin;
    this.guid = opening.app_guid;
    this.registration = registration;
    this.frame = document.createElement("iframe");
    this.frame.name = `zaf-${opening.app_guid}-${Date.now()}`;
    this.frame.title = title;
    this.frame.dataset.testid = this.hooks.frame ?? "app-frame";
    this.frame.setAttribute("sandbox", SANDBOXED);
    this.frame.setAttribute("allow", "clipboard-write");
    this.holder.append(this.frame);
    this.post(address.href, opening.token, this.frame.name);
  }

  /** @param {string} address @param {string} token @param {string} target */
  post(address, token, target) {
    const form = document.createElement("form");
    const field = document.createElement("input");
    Object.assign(form, { method: "post", action: address, target, hidden: true });
    Object.assign(field, { type: "hidden", name: "token", value: token });
    form.append(field);
    document.body.append(form);
    form.submit();
    form.remove();
  }

  close() {
    if (this.registered) this.fire("app.willDestroy");
    this.frame?.remove();
    this.frame = null;
    this.registered = false;
    this.heard.clear();
    this.awaited.clear();
  }

  /** Tell the app, if it asked to be told. @param {string} name @param {unknown} [message] */
  fire(name, message) {
    if (this.registered && this.heard.has(name)) this.send({ key: `zaf.${name}`, message });
  }

  /**
   * Ask the app before a ticket is saved. The save goes on when the app does not listen or does not answer in time.
   *
   * @param {string} name
   * @returns {Promise<string|null>} why the app says no, or null
   */
  ask(name) {
    if (!this.registered || !this.heard.has(name)) return Promise.resolve(null);
    return new Promise((settle) => {
      const timer = setTimeout(() => settle(null), SAVE_PATIENCE_MS);
      this.awaited.set(name, (answer) => {
        clearTimeout(timer);
        settle(answer.error ? (answer.error.msg ?? "The app did not allow it.") : null);
      });
      this.send({ key: `zaf.${name}`, needsReply: true });
    });
  }

  /** @param {unknown} message */
  send(message) {
    this.frame?.contentWindow?.postMessage(JSON.stringify(message), this.origin);
  }

  /** @param {MessageEvent} event */
  receive(event) {
    if (!this.frame || event.source !== this.frame.contentWindow || event.origin !== this.origin) return;
    const message = read(event.data);
    if (!message) return;
    if (typeof message.request === "string") void this.answer(message);
    else if (typeof message.key === "string") this.note(message.key, message);
  }

  /** @param {string} key @param {any} message */
  note(key, message) {
    if (key === "iframe.handshake") this.register();
    else if (key.startsWith("iframe.on:")) this.heard.add(key.slice("iframe.on:".length));
    else if (key.startsWith("iframe.off:")) {
      if (!message.message?.subscriberCount) this.heard.delete(key.slice("iframe.off:".length));
    } else if (key.startsWith("iframe.reply:")) {
      const name = key.slice("iframe.reply:".length);
      this.awaited.get(name)?.(message);
      this.awaited.delete(name);
    } else if (key.startsWith("request:")) void this.request(key, message.message ?? {});
    // Whatever else it says (tracking, "I am alive") asks for no answer.
  }

  register() {
    const again = this.registered;
    this.registered = true;
    this.send({ key: "zaf.app.registered", message: this.registration });
    if (again) return;
    this.send({ key: "zaf.app.activated", message: { firstLoad: true } });
    this.hooks.onReady?.();
  }

  /**
   * The helpdesk's own addresses are answered; there is no proxy to others, and the app is told so.
   *
   * @param {string} key
   * @param {any} wish
   */
  async request(key, wish) {
    const path = String(wish.url ?? "");
    const reads = (wish.type ?? wish.method ?? "GET") === "GET";
    const known = reads && Object.hasOwn(this.desk.request ?? {}, path) ? this.desk.request?.[path]() : undefined;
    const body = known ?? (reads ? await this.desk.ask?.(path)?.catch(() => undefined) : undefined);
    if (body !== undefined) {
      const sent = { status: 200, statusText: "OK", responseJSON: body, responseText: JSON.stringify(body) };
      this.send({ key: `zaf.${key}.done`, message: { responseArgs: [body, "success", sent] } });
      return;
    }
    const refusal = {
      status: 501,
      statusText: "Not Implemented",
      responseText: `This helpdesk does not answer ${path}.`,
    };
    this.send({ key: `zaf.${key}.fail`, message: { responseArgs: [refusal, "error", refusal.statusText] } });
  }

  /** @param {{id: number, request: string, params: any}} message */
  async answer({ id, request, params }) {
    const calls =
      request === "get"
        ? [params].flat().map((path) => [String(path), []])
        : Object.entries(params ?? {}).map(([path, value]) => [path, request === "invoke" ? [value].flat() : [value]]);
    /** @type {{errors: Record<string, unknown>} & Record<string, unknown>} */
    const result = { errors: {} };
    for (const [path, args] of /** @type {[string, unknown[]][]} */ (calls)) {
      try {
        result[path] = await this.perform(request, path, args);
      } catch (error) {
        const fault = /** @type {Error} */ (error);
        result.errors[path] = { name: "APIError", message: fault.message, path };
      }
    }
    this.send({ id, result });
  }

  /** @param {string} request @param {string} path @param {unknown[]} args */
  perform(request, path, args) {
    const table = request === "get" ? this.desk.get : request === "set" ? this.desk.set : this.desk.invoke;
    const entry = Object.hasOwn(table ?? {}, path) ? table[path] : undefined;
    if (entry) return /** @type {(...all: unknown[]) => unknown} */ (entry)(...args);
    const found = request === "get" ? this.desk.unknown?.(path) : undefined;
    if (found === undefined) throw new Error(`"${path}" is not something this helpdesk can ${request}.`);
    return found;
  }
}

/** @param {unknown} payload @returns {any} the message, or null when it is not one of ours */
function read(payload) {
  if (payload && typeof payload === "object") return payload;
  try {
    const message = JSON.parse(String(payload));
    return message && typeof message === "object" ? message : null;
  } catch {
    return null;
  }
}
