/** The webhooks the vendors sent to Handrail: every attempt with its answer, and buttons to send one again or forge one. */

import { api, ApiError } from "./api.js";
import { byId, h, keyed, say } from "./dom.js";
import { poll } from "./poll.js";
import { toast } from "./stage.js";
import { full, toTheSecond } from "./time.js";
import { vendorName } from "./vendors.js";

/**
 * @typedef {{delivery_id: string, vendor: string, url: string, attempt: number, at: string, status: number|null, error: string,
 *            milliseconds: number, note: string, accepted: boolean, body?: string, answer?: string}} Attempt
 */

const SHOWN = 120;
const AGAIN = "Delivered again.";
const FORGED = "Posted with a false signature.";

/** @param {() => boolean} inView @returns {{now: () => Promise<void>}} */
export function startDeliveries(inView) {
  const reading = poll(
    async () => {
      const answer = await api.deliveries();
      draw(answer.deliveries ?? answer.attempts ?? []);
    },
    { every: 1500, when: inView },
  );
  byId("delivery-table").addEventListener("click", (event) => {
    const button = /** @type {Element} */ (event.target).closest("button[data-delivery]");
    if (!(button instanceof HTMLButtonElement)) return;
    const id = button.dataset.delivery ?? "";
    if (button.dataset.act === "forge") void tried(FORGED, () => api.forge(id), reading);
    else void tried(AGAIN, () => api.redeliver(id), reading);
  });
  byId("delivery-forge").addEventListener("click", () => void tried(FORGED, () => api.forge(), reading));
  return reading;
}

/** @param {string} what @param {() => Promise<any>} act @param {{now: () => Promise<void>}} reading */
async function tried(what, act, reading) {
  try {
    const answer = await act();
    const attempt = answer?.attempt && typeof answer.attempt === "object" ? answer.attempt : answer;
    const verdict = attempt?.accepted ? "accepted it" : "refused it";
    toast(attempt?.status ? `${what} Handrail ${verdict} (${attempt.status}).` : `${what} No answer.`);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    toast(error.message, "error");
  }
  void reading.now();
}

/** @param {Attempt[]} attempts oldest first */
function draw(attempts) {
  const newest = attempts
    .map((attempt, index) => ({ ...attempt, place: index }))
    .sort((a, b) => b.at.localeCompare(a.at) || b.place - a.place);
  byId("delivery-none").hidden = attempts.length > 0;
  byId("delivery-table").hidden = attempts.length === 0;
  const refused = attempts.filter((attempt) => !attempt.accepted).length;
  say(byId("delivery-sum"), `${attempts.length} posts, ${refused} not accepted`);
  keyed(
    byId("delivery-rows"),
    newest.slice(0, SHOWN).map(({ place: _, ...attempt }) => attempt),
    keyOf,
    drawAttempt,
  );
}

/** @param {Attempt} attempt */
const keyOf = (attempt) => `${attempt.delivery_id}/${attempt.attempt}/${attempt.at}`;

/** @param {Attempt} attempt */
function drawAttempt(attempt) {
  const answer = attempt.status ?? attempt.error;
  const note = [attempt.attempt > 1 ? `attempt ${attempt.attempt}` : "", attempt.note].filter(Boolean).join(" · ");
  return h(
    "tr",
    {
      "data-testid": "delivery-row",
      "data-delivery": attempt.delivery_id,
      "data-status": attempt.status,
      "data-note": attempt.note,
    },
    h("td", {}, h("time", { title: full(attempt.at) }, toTheSecond(attempt.at))),
    h("td", {}, h("span", { class: `vendor vendor-${attempt.vendor}` }, vendorName(attempt.vendor))),
    h("td", {}, h("code", {}, pathOf(attempt.url))),
    h("td", { class: "delivery-id", title: attempt.delivery_id }, attempt.delivery_id),
    h(
      "td",
      {},
      h(
        "span",
        { class: `answer ${attempt.accepted ? "answer-good" : "answer-bad"}`, title: attempt.answer || null },
        String(answer || "no answer"),
      ),
    ),
    h("td", { class: "number" }, `${Math.round(attempt.milliseconds)} ms`),
    h("td", {}, note),
    h("td", { class: "delivery-body", title: attempt.body || null }, gist(attempt.body ?? "")),
    h("td", { class: "delivery-acts" }, act("again", "Deliver again", attempt), act("forge", "Forge", attempt)),
  );
}

/** @param {string} name @param {string} label @param {Attempt} attempt */
function act(name, label, attempt) {
  return h(
    "button",
    {
      type: "button",
      class: "small",
      "data-act": name,
      "data-delivery": attempt.delivery_id.replace(/-forged$/, ""),
      "data-testid": `delivery-${name}-${keyOf(attempt)}`,
    },
    label,
  );
}

/**
 * What a webhook says, in a few words: of JSON its kind and record, of a form the fields that a person would look for.
 *
 * @param {string} body
 */
function gist(body) {
  const form = new URLSearchParams(body);
  const told = read(form.get("payload") ?? body);
  if (told && typeof told === "object") {
    const parts = [
      told.type ?? told.schema ?? told.kind,
      told.subject ?? told.ticket_id ?? told.event?.type,
      told.user?.name,
      told.actions?.[0]?.action_id,
    ];
    return parts.filter((part) => typeof part === "string").join(" · ") || body;
  }
  const status = form.get("MessageStatus");
  const parts = status ? [status, form.get("To")] : [form.get("From"), form.get("Body")];
  return parts.filter(Boolean).join(" · ") || body;
}

/** @param {string} text @returns {any} */
function read(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** @param {string} url */
function pathOf(url) {
  try {
    return new URL(url).pathname;
  } catch {
    return url;
  }
}
