/** The customer's phone: two text channels and the mailbox of one person. */

import { api } from "./api.js";
import { startCall } from "./call.js";
import { byId, followEnd, h, keyed, say, tabs, toEnd, wipe } from "./dom.js";
import { startChat } from "./chat.js";
import { startMail } from "./mail.js";
import { listenToExtras, under } from "./phone_more.js";
import { poll } from "./poll.js";
import { linked } from "./rich_text.js";
import { stage, toast } from "./stage.js";
import { clock, full, stamp, toTheSecond } from "./time.js";

/** @typedef {import('./types.js').PhoneMessage} PhoneMessage */
/** @typedef {'sms'|'call'|'whatsapp'|'chat'|'messenger'|'mail'} PhoneApp */

// Ticks and words for what the carrier reported; ranks of Twilio's message statuses.
/** @type {Record<string, {ticks: string, words: string, kind?: string}>} */
const STATUS = {
  accepted: { ticks: "◷", words: "Accepted" },
  scheduled: { ticks: "◷", words: "Scheduled" },
  queued: { ticks: "◷", words: "Queued" },
  sending: { ticks: "◷", words: "Sending" },
  sent: { ticks: "✓", words: "Sent" },
  delivered: { ticks: "✓✓", words: "Delivered" },
  received: { ticks: "✓", words: "Sent" },
  receiving: { ticks: "◷", words: "Sending" },
  read: { ticks: "✓✓", words: "Read", kind: "read" },
  failed: { ticks: "!", words: "Failed", kind: "failed" },
  undelivered: { ticks: "!", words: "Not delivered", kind: "failed" },
  canceled: { ticks: "–", words: "Cancelled", kind: "failed" },
};

/** @type {PhoneApp} */
let app = "sms";
/** @type {Map<string, string>} what was typed and not sent, by person and channel */
const unsent = new Map();
/** @type {Set<string>} numbers whose phone is off */
const switchedOff = new Set();
/** @type {(name: string) => void} */
let openTab = () => {};

const texting = () => app === "sms" || app === "whatsapp";
const chatting = () => (app === "chat" || app === "messenger" ? app : null);

export function startPhone() {
  const texts = poll(readMessages, { when: () => texting() && Boolean(stage.customer.get()?.phone) });
  const mail = startMail(() => app === "mail");
  const chat = startChat(chatting);
  const calls = startCall(() => app === "call");
  const now = () => void (app === "mail" ? mail : app === "call" ? calls : texting() ? texts : chat).now();
  openTab = tabs(byId("phone-tabs"), (name) => {
    keepUnsent();
    app = /** @type {PhoneApp} */ (name);
    layOut();
    now();
  });
  stage.customer.onChange(() => {
    layOut();
    now();
  });
  listenToComposer(texts);
  listenToPower();
  listenToExtras(() => app);
  const tick = () => say(byId("phone-clock"), clock(new Date()));
  tick();
  setInterval(tick, 5000);
  openTab("sms");
}

/**
 * Open one of the phone's apps and, if given, type a text into it; sending is left to the person.
 *
 * @param {PhoneApp} name
 * @param {string} [text]
 */
export function openPhone(name, text) {
  openTab(name);
  if (text === undefined) return;
  const field = /** @type {HTMLTextAreaElement} */ (byId("phone-body"));
  field.value = text;
  fit(field);
  field.focus();
}

/** @param {HTMLTextAreaElement} field */
function fit(field) {
  field.style.height = "auto";
  field.style.height = `${Math.min(field.scrollHeight, 112)}px`;
}

const place = () => `${stage.customer.get()?.id}/${app}`;
let lastPlace = "";

function keepUnsent() {
  const field = /** @type {HTMLTextAreaElement} */ (byId("phone-body"));
  if (lastPlace && texting()) unsent.set(lastPlace, field.value);
}

/** Show the right app for the right person; what the last one typed stays theirs. */
function layOut() {
  const person = stage.customer.get();
  byId("phone").dataset.app = app;
  byId("phone-texts").hidden = !texting();
  byId("phone-chat").hidden = chatting() === null;
  byId("phone-mail").hidden = app !== "mail";
  byId("phone-call").hidden = app !== "call";
  const field = /** @type {HTMLTextAreaElement} */ (byId("phone-body"));
  const send = /** @type {HTMLButtonElement} */ (byId("phone-send"));
  if (texting() && lastPlace !== place()) {
    if (lastPlace) unsent.set(lastPlace, field.value);
    lastPlace = place();
    field.value = unsent.get(lastPlace) ?? "";
    wipe(byId("phone-thread"));
    fit(field);
  }
  const reachable = Boolean(person?.phone);
  const off = switchedOff.has(person?.phone ?? "");
  field.disabled = send.disabled = !reachable || off;
  field.placeholder = off ? "The phone is off" : "Message";
  byId("phone").classList.toggle("is-off", off);
  byId("phone-power").hidden = !reachable;
  byId("phone-power").setAttribute("aria-pressed", String(off));
  say(byId("phone-power"), off ? "Phone is off" : "Phone is on");
  say(byId("phone-who"), person ? `${person.phone ?? "no phone number"} · ${person.email ?? "no e-mail"}` : "");
  say(
    byId("phone-empty"),
    reachable
      ? "No messages yet. Write the first one."
      : "This customer left no phone number with the company. Choose another, or write an e-mail.",
  );
}

async function readMessages() {
  const person = stage.customer.get();
  const channel = app;
  if (!person?.phone || (channel !== "sms" && channel !== "whatsapp")) return;
  const { messages, typing } = await api.messages(person.phone, channel);
  if (stage.customer.get() !== person || app !== channel) return;
  const thread = byId("phone-thread");
  byId("phone-empty").hidden = messages.length > 0;
  byId("phone-typing").hidden = !typing;
  followEnd(byId("phone-scroll"), () =>
    keyed(thread, messages, (/** @type {PhoneMessage} */ message) => message.sid, bubble),
  );
}

/** @param {PhoneMessage} message as Twilio keeps it: "inbound" is what the customer wrote */
function bubble(message) {
  const mine = message.direction === "inbound";
  const status = STATUS[message.status] ?? { ticks: "", words: message.status };
  const code = message.error_code ? ` (error ${message.error_code})` : "";
  return h(
    "li",
    {
      class: `bubble ${mine ? "bubble-mine" : "bubble-theirs"}`,
      "data-testid": "phone-message",
      "data-direction": message.direction,
      "data-status": message.status,
      "data-sid": message.sid,
    },
    h("span", { class: "sr-only" }, mine ? "You wrote: " : "Larkfield Home wrote: "),
    message.body && h("p", { class: "bubble-text" }, linked(message.body)),
    under(message),
    h(
      "span",
      { class: "bubble-foot" },
      h("time", { title: full(message.at) }, stamp(message.at)),
      h(
        "span",
        {
          class: `ticks ${status.kind ? `ticks-${status.kind}` : ""}`,
          title: (message.history ?? []).map(step).join("\n") || null,
        },
        h("span", { "aria-hidden": "true" }, status.ticks),
        h("span", { class: "ticks-words" }, `${status.words}${code}`),
      ),
    ),
  );
}

/** @param {{status: string, at: string}} change */
const step = ({ status, at }) => `${toTheSecond(at)} ${STATUS[status]?.words ?? status}`;

/** Off: what the company sends cannot be delivered. */
function listenToPower() {
  const button = byId("phone-power");
  button.addEventListener("click", async () => {
    const number = stage.customer.get()?.phone;
    if (!number) return;
    const on = switchedOff.has(number);
    try {
      await api.power(number, on);
      if (on) switchedOff.delete(number);
      else switchedOff.add(number);
    } catch (error) {
      toast(/** @type {Error} */ (error).message, "error");
    }
    layOut();
  });
}

/** @param {{now: () => Promise<void>}} texts */
function listenToComposer(texts) {
  const form = /** @type {HTMLFormElement} */ (byId("phone-form"));
  const field = /** @type {HTMLTextAreaElement} */ (byId("phone-body"));
  field.addEventListener("input", () => fit(field));
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    form.requestSubmit();
  });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const person = stage.customer.get();
    const body = field.value.trim();
    if (!person?.phone || !body || (app !== "sms" && app !== "whatsapp")) return;
    const sentFrom = place();
    field.value = "";
    fit(field);
    try {
      await api.phone({ from: person.phone, channel: app, body, name: person.name });
    } catch (error) {
      unsent.set(sentFrom, body);
      if (place() === sentFrom) field.value = body;
      toast(`Not sent: ${/** @type {Error} */ (error).message}`, "error");
    }
    toEnd(byId("phone-scroll"));
    void texts.now();
  });
}
