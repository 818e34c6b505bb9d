/** The chat window of the company's site and its Messenger: one conversation a person and channel, for ever. */

import { api } from "./api.js";
import { byId, followEnd, h, keyed, say, toEnd, wipe } from "./dom.js";
import { poll } from "./poll.js";
import { linked } from "./rich_text.js";
import { stage, toast } from "./stage.js";
import { full, stamp } from "./time.js";

/** @typedef {import('./types.js').ChatMessage} ChatMessage */
/** @typedef {'chat'|'messenger'} ChatApp */

/** @type {Record<string, {ticks: string, words: string, kind?: string}>} */
const STATUS = {
  sent: { ticks: "✓", words: "Sent" },
  delivered: { ticks: "✓✓", words: "Delivered" },
  read: { ticks: "✓✓", words: "Read", kind: "read" },
};

/** @type {Set<string>} customers who have logged in to the company's site */
const loggedIn = new Set();
/** @type {Map<string, string>} what was typed and not sent, by person and channel */
const unsent = new Map();
let lastPlace = "";

/** @param {() => ChatApp|null} open which of the two windows is in view @returns {{now: () => Promise<void>}} */
export function startChat(open) {
  const window = poll(() => read(open()), { when: () => open() !== null && Boolean(stage.customer.get()) });
  const change = () => {
    layOut(open());
    void window.now();
  };
  stage.customer.onChange(change);
  listenToForm(open, window);
  listenToLogin(window);
  byId("chat-choices").addEventListener("click", (event) => {
    const button = /** @type {Element} */ (event.target).closest("button");
    if (button) void send(open(), button.textContent ?? "", true, window);
  });
  return { now: async () => change() };
}

/** Messenger knows people by name; on the site somebody is a visitor until they log in. @param {ChatApp} app */
const visitor = (app) => `${app === "chat" ? "visitor" : "messenger"}-${stage.customer.get()?.id ?? ""}`;

/** @param {ChatApp|null} app */
function layOut(app) {
  byId("phone-chat").hidden = app === null;
  const person = stage.customer.get();
  if (app === null || !person) return;
  const place = visitor(app);
  const field = /** @type {HTMLTextAreaElement} */ (byId("chat-body"));
  if (place !== lastPlace) {
    if (lastPlace) unsent.set(lastPlace, field.value);
    lastPlace = place;
    field.value = unsent.get(place) ?? "";
    wipe(byId("chat-thread"));
    wipe(byId("chat-choices"));
  }
  byId("chat-login-line").hidden = app !== "chat" || person.id === "new";
  /** @type {HTMLInputElement} */ (byId("chat-login")).checked = loggedIn.has(person.id);
}

/** @param {ChatApp|null} app */
async function read(app) {
  if (app === null) return;
  const place = visitor(app);
  const seen = await api.chat(place, app);
  if (place !== lastPlace) return;
  byId("chat-empty").hidden = seen.messages.length > 0;
  byId("chat-typing").hidden = !seen.typing;
  say(byId("chat-with"), seen.with_agents ? "with our team" : "with the virtual assistant");
  byId("phone-chat").dataset.with = seen.with_agents ? "agents" : "assistant";
  followEnd(byId("chat-scroll"), () =>
    keyed(byId("chat-thread"), seen.messages, (/** @type {ChatMessage} */ message) => message.id, bubble),
  );
  offer(seen.messages.at(-1));
}

/** The buttons of the newest message; an older one's are gone, as in the real window. @param {ChatMessage} [last] */
function offer(last) {
  const choices = last && !last.mine ? last.choices : [];
  keyed(
    byId("chat-choices"),
    choices.map((text) => ({ text })),
    (/** @type {{text: string}} */ choice) => `${last?.id}/${choice.text}`,
    (/** @type {{text: string}} */ choice) =>
      h("button", { type: "button", class: "chat-choice", "data-testid": "chat-choice" }, choice.text),
  );
}

/** @param {ChatMessage} message */
function bubble(message) {
  const status = STATUS[message.status] ?? { ticks: "", words: message.status };
  const from = message.mine ? "You wrote: " : `${message.by} wrote: `;
  return h(
    "li",
    {
      class: `bubble ${message.mine ? "bubble-mine" : "bubble-theirs"}`,
      "data-testid": "chat-message",
      "data-by": message.mine ? "customer" : message.agent ? "agent" : "assistant",
      "data-status": message.status,
    },
    message.mine ? null : h("span", { class: "chat-by", "aria-hidden": "true" }, message.by, message.ai ? mark() : null),
    h("span", { class: "sr-only" }, from),
    h("p", { class: "bubble-text" }, linked(message.body)),
    h(
      "span",
      { class: "bubble-foot" },
      h("time", { title: full(message.at) }, stamp(message.at)),
      message.mine
        ? null
        : h(
            "span",
            { class: `ticks ${status.kind ? `ticks-${status.kind}` : ""}` },
            h("span", { "aria-hidden": "true" }, status.ticks),
            h("span", { class: "ticks-words" }, status.words),
          ),
    ),
  );
}

const mark = () => h("span", { class: "chat-ai", title: "Written by a machine" }, "AI");

/**
 * @param {ChatApp|null} app
 * @param {string} body
 * @param {boolean} pressed by a button
 * @param {{now: () => Promise<void>}} window
 */
async function send(app, body, pressed, window) {
  const person = stage.customer.get();
  if (app === null || !person || !body) return;
  const name = app === "messenger" || loggedIn.has(person.id) ? person.name : "Visitor";
  /** @type {Record<string, string>} */
  const said = { person: visitor(app), channel: app, name, body };
  if (app === "chat" && loggedIn.has(person.id)) Object.assign(said, { account: person.id, email: person.email ?? "" });
  if (pressed) said.payload = body;
  try {
    await api.say(said);
  } catch (error) {
    /** @type {HTMLTextAreaElement} */ (byId("chat-body")).value = pressed ? "" : body;
    toast(`Not sent: ${/** @type {Error} */ (error).message}`, "error");
  }
  toEnd(byId("chat-scroll"));
  void window.now();
}

/** @param {() => ChatApp|null} open @param {{now: () => Promise<void>}} window */
function listenToForm(open, window) {
  const form = /** @type {HTMLFormElement} */ (byId("chat-form"));
  const field = /** @type {HTMLTextAreaElement} */ (byId("chat-body"));
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    form.requestSubmit();
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const body = field.value.trim();
    field.value = "";
    void send(open(), body, false, window);
  });
}

/** The site's own login, which the window learns of by a signed token. @param {{now: () => Promise<void>}} window */
function listenToLogin(window) {
  const box = /** @type {HTMLInputElement} */ (byId("chat-login"));
  box.addEventListener("change", async () => {
    const person = stage.customer.get();
    if (!person) return;
    if (!box.checked) {
      box.checked = loggedIn.has(person.id);
      toast("Who has logged in stays so: the window keeps its conversation.", "notice");
      return;
    }
    try {
      await api.logIn(visitor("chat"), { account: person.id, name: person.name, email: person.email ?? "" });
      loggedIn.add(person.id);
    } catch (error) {
      box.checked = false;
      toast(/** @type {Error} */ (error).message, "error");
    }
    void window.now();
  });
}
