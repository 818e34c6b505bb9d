/** The decision log as it grows: what came in, what was made of it, which rule spoke, how long it took. */

import { api, ApiError } from "./api.js";
import { byId, h, keyed, say } from "./dom.js";
import { openTicket } from "./helpdesk.js";
import { poll } from "./poll.js";
import { show } from "./stage.js";
import { full, toTheSecond } from "./time.js";

/** @typedef {import('./types.js').Decision} Decision */

const KEPT = 200;

/** @type {Record<string, string>} */
const DISPOSITIONS = {
  suggest: "Suggested a draft",
  auto_reply: "Answered",
  handoff: "Handed over",
  silent: "Stayed silent",
};

/** @type {Record<string, string>} */
const CHANNELS = { email: "E-mail", sms: "SMS", whatsapp: "WhatsApp", web: "Web" };

/** @type {Map<string, Decision>} */
const known = new Map();
/** @type {Set<string>} */
const unfolded = new Set();
let last = 0;

export function startDecisions() {
  byId("decision-table").addEventListener("click", (event) => {
    const target = /** @type {Element} */ (event.target);
    const ticket = target.closest("[data-open-ticket]");
    if (ticket instanceof HTMLElement) {
      openTicket(ticket.dataset.openTicket ?? null);
      show("agent");
      return;
    }
    const fold = target.closest("[data-fold]");
    if (!(fold instanceof HTMLElement)) return;
    const id = fold.dataset.fold ?? "";
    if (!unfolded.delete(id)) unfolded.add(id);
    draw();
  });
  poll(
    async () => {
      const { decisions } = await api.decisions(last).catch((error) => {
        if (error instanceof ApiError && error.status === 502)
          say(byId("dock-latest"), "Handrail does not answer. Is it still starting?");
        throw error;
      });
      for (const decision of decisions) known.set(String(decision.id), decision);
      for (const decision of decisions) last = Math.max(last, decision.serial);
      draw();
    },
    { every: 1300 },
  );
}

/** Newest first. @returns {Decision[]} */
function inOrder() {
  return [...known.values()].sort((a, b) => b.serial - a.serial).slice(0, KEPT);
}

function draw() {
  const decisions = inOrder();
  byId("decision-none").hidden = decisions.length > 0;
  byId("decision-table").hidden = decisions.length === 0;
  say(byId("decision-count"), String(known.size));
  drawLatest(decisions[0]);
  keyed(
    byId("decision-table"),
    decisions.map((decision) => ({ ...decision, unfolded: unfolded.has(String(decision.id)) })),
    (decision) => String(decision.id),
    drawDecision,
  );
}

/** @param {Decision|undefined} decision */
function drawLatest(decision) {
  if (!decision) {
    say(byId("dock-latest"), "No decision yet");
    return;
  }
  const words = DISPOSITIONS[decision.disposition] ?? decision.disposition;
  say(
    byId("dock-latest"),
    `${toTheSecond(decision.at)}  ${words} · ${decision.customer ?? "unknown"} · ${decision.reason ?? decision.rule ?? ""}`,
  );
}

/** @param {Decision & {unfolded: boolean}} decision */
function drawDecision(decision) {
  const total = Object.values(decision.timings ?? {}).reduce((sum, part) => sum + part, 0);
  return h(
    "tbody",
    { "data-testid": "decision-row", "data-disposition": decision.disposition, "data-rule": decision.rule },
    h(
      "tr",
      { class: "decision" },
      h(
        "td",
        {},
        h(
          "button",
          {
            type: "button",
            class: "fold",
            "data-fold": decision.id,
            "data-testid": `decision-fold-${decision.id}`,
            "aria-expanded": decision.unfolded,
            "aria-label": "Show how it was decided",
          },
          decision.unfolded ? "▾" : "▸",
        ),
        h("time", { title: full(decision.at) }, toTheSecond(decision.at)),
      ),
      h(
        "td",
        {},
        decision.ticket_id
          ? h(
              "button",
              { type: "button", class: "link", "data-open-ticket": decision.ticket_id },
              `#${decision.ticket_id}`,
            )
          : "–",
      ),
      h("td", {}, decision.customer ?? "unknown"),
      h("td", {}, CHANNELS[decision.channel ?? ""] ?? decision.channel ?? "–"),
      h("td", {}, readable(decision.intent)),
      h("td", {}, h("span", { class: `mood mood-${decision.sentiment}` }, decision.sentiment ?? "–")),
      h(
        "td",
        { class: "number" },
        decision.confidence === null || decision.confidence === undefined ? "–" : decision.confidence.toFixed(2),
      ),
      h(
        "td",
        {},
        h(
          "span",
          { class: `disposition disposition-${decision.disposition}` },
          DISPOSITIONS[decision.disposition] ?? decision.disposition,
        ),
      ),
      h("td", {}, h("code", {}, decision.rule ?? "–")),
      h("td", { class: "reason", title: decision.reason }, decision.reason ?? ""),
      h("td", { class: "number" }, total ? `${Math.round(total)} ms` : "–"),
    ),
    decision.unfolded ? h("tr", { class: "decision-detail" }, h("td", { colspan: 11 }, detail(decision))) : null,
  );
}

/** @param {string|null} name */
const readable = (name) => (name ? name.replaceAll("_", " ") : "–");

/** @param {Decision} decision */
function detail(decision) {
  const timings = Object.entries(decision.timings ?? {});
  return h(
    "dl",
    { class: "facts" },
    fact("Reason", decision.reason ?? "–"),
    fact("Policy version", decision.policy_version ?? "–"),
    fact("Time a step", timings.length ? timings.map(([step, ms]) => `${step} ${ms.toFixed(1)} ms`).join(" · ") : "–"),
    fact(
      "Sources",
      decision.sources?.length
        ? decision.sources
            .map((source) => (typeof source === "string" ? source : (source.title ?? source.article_id)))
            .join(" · ")
        : "none",
    ),
    decision.abstained ? fact("Abstained", decision.abstained) : null,
    decision.effects?.length
      ? fact(
          "Sent out",
          decision.effects.map((effect) => `${readable(effect.kind)}: ${effect.delivery ?? effect.state}`).join(" · "),
        )
      : null,
    fact("Decision", String(decision.id)),
  );
}

/** @param {string} name @param {string} value */
function fact(name, value) {
  return h("div", {}, h("dt", {}, name), h("dd", {}, value));
}
