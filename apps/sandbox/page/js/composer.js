/** The agent's composer: a public reply or an internal note, as the chosen agent, with the ticket's next status. */

import { api } from "./api.js";
import { byId, tabs } from "./dom.js";
import { asPlain } from "./rich_text.js";
import { stage, toast } from "./stage.js";

/** @type {Map<string, {text: string, kind: string}>} what is written and not sent, by ticket */
const unsent = new Map();
const SUBMITTED = new Set(["open", "pending", "solved"]);
let kind = "publicReply";
/** @type {(name: string) => void} */
let chooseKind = () => {};
/** @type {((text: string) => void)[]} */
const listeners = [];

/** @returns {HTMLTextAreaElement} */
const field = () => byId("composer-body");

/**
 * @param {{before: () => Promise<string|null>, after: (outcome: 'done'|'fail') => void}} hooks
 *   before: why it may not be saved, or null
 */
export function startComposer(hooks) {
  chooseKind = tabs(byId("composer-kinds"), (name) => {
    kind = name;
    byId("composer").dataset.kind = name;
    invite();
  });
  chooseKind("publicReply");
  let at = stage.ticketId.get();
  stage.ticketId.onChange((next) => {
    if (at !== null) unsent.set(at, { text: field().value, kind });
    at = next;
    const kept = unsent.get(next ?? "") ?? { text: "", kind: "publicReply" };
    field().value = kept.text;
    chooseKind(kept.kind);
  });
  stage.agent.onChange(invite);
  stage.ticket.onChange(invite);
  stage.ticket.onChange(followStatus);
  field().addEventListener("input", changed);
  field().addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    /** @type {HTMLFormElement} */ (byId("composer")).requestSubmit();
  });
  byId("composer").addEventListener("submit", (event) => {
    event.preventDefault();
    void submit(hooks);
  });
}

let standing = "";

/** A reply leaves the ticket as it stands until somebody chooses otherwise. @param {import('./types.js').Ticket|null} ticket */
function followStatus(ticket) {
  if (!ticket) return;
  const kept = SUBMITTED.has(ticket.status) ? ticket.status : "open";
  const next = `${ticket.id}/${kept}`;
  if (next !== standing) composer.submitAs(kept);
  standing = next;
}

function invite() {
  const name = stage.agent.get()?.name ?? "an agent";
  const closed = stage.ticket.get()?.status === "closed";
  field().disabled = closed;
  field().placeholder = closed
    ? "This ticket is closed for good."
    : kind === "internalNote"
      ? `A note for colleagues, by ${name}`
      : `Reply to the customer as ${name}`;
}

/** What the app in the sidebar may read and do here. */
export const composer = {
  text: () => field().value,
  kind: () => kind,
  /** @param {string} name */
  choose: (name) => chooseKind(/internal/i.test(name) ? "internalNote" : "publicReply"),
  /** @param {unknown} text */
  replace(text) {
    field().value = asPlain(String(text ?? ""));
    changed();
  },
  /** @param {string} status */
  submitAs(status) {
    /** @type {HTMLSelectElement} */ (byId("composer-status")).value = status;
  },
  /** Put text where the cursor stands. @param {unknown} text */
  insert(text) {
    const words = asPlain(String(text ?? ""));
    const { selectionStart, selectionEnd } = field();
    field().setRangeText(words, selectionStart, selectionEnd, "end");
    field().focus({ preventScroll: true });
    changed();
  },
  /** @param {unknown} text */
  append(text) {
    field().value += asPlain(String(text ?? ""));
    changed();
  },
  /** @param {(text: string) => void} listener */
  onChange: (listener) => void listeners.push(listener),
};

function changed() {
  listeners.forEach((listener) => listener(field().value));
}

/** @param {{before: () => Promise<string|null>, after: (outcome: 'done'|'fail') => void}} hooks */
async function submit(hooks) {
  const id = stage.ticketId.get();
  const agent = stage.agent.get();
  const body = field().value.trim();
  if (!id || !agent || !body) return;
  const button = /** @type {HTMLButtonElement} */ (byId("composer-submit"));
  const status = /** @type {HTMLSelectElement} */ (byId("composer-status")).value;
  button.disabled = true;
  const refusal = await hooks.before();
  if (refusal) toast(refusal, "alert");
  else await send(id, { agent_id: agent.id, body, public: kind === "publicReply", status }, hooks.after);
  button.disabled = false;
}

/**
 * @param {string} id
 * @param {{agent_id: string, body: string, public: boolean, status: string}} comment
 * @param {(outcome: 'done'|'fail') => void} after
 */
async function send(id, comment, after) {
  try {
    await api.comment(id, comment);
    unsent.delete(id);
    if (stage.ticketId.get() === id) field().value = "";
    changed();
    after("done");
  } catch (error) {
    toast(`Not saved: ${/** @type {Error} */ (error).message}`, "error");
    after("fail");
  }
}
