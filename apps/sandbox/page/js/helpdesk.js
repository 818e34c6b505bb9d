/** The agent's helpdesk: the list of tickets, who is signed in, and which ticket is open. */

import { api } from "./api.js";
import { byId, fillSelect, h, keyed, say, tabs } from "./dom.js";
import { poll } from "./poll.js";
import { stage } from "./stage.js";
import { full, short } from "./time.js";

/** @typedef {import('./types.js').TicketRow} TicketRow */

const SHOWN = 80;
const UNSOLVED = new Set(["new", "open", "pending", "hold"]);

/** @type {TicketRow[]} */
let rows = [];
let view = "unsolved";
let search = "";

/** @returns {{now: () => Promise<void>}} */
export function startHelpdesk() {
  const list = poll(async () => {
    const { tickets } = await api.tickets(view === "all");
    rows = [...tickets].sort((a, b) => b.updated_at.localeCompare(a.updated_at));
    draw();
  });
  tabs(byId("ticket-views"), (name) => {
    view = name;
    draw();
    void list.now();
  })("unsolved");
  byId("ticket-search").addEventListener("input", (event) => {
    search = /** @type {HTMLInputElement} */ (event.target).value.trim().toLowerCase();
    draw();
  });
  byId("ticket-list").addEventListener("click", (event) => {
    const row = /** @type {Element} */ (event.target).closest("[data-ticket]");
    if (row instanceof HTMLElement) openTicket(row.dataset.ticket ?? null);
  });
  byId("list-toggle").addEventListener("click", toggleList);
  return list;
}

/** @param {string|null} id */
export function openTicket(id) {
  stage.ticketId.set(id);
  // Also when it was open already: whoever asks for it wants to see it.
  document.dispatchEvent(new CustomEvent("openticket"));
  draw();
}

function toggleList() {
  const desk = byId("helpdesk");
  const shut = desk.classList.toggle("list-shut");
  byId("list-toggle").setAttribute("aria-expanded", String(!shut));
}

/** @param {import('./types.js').Agent[]} agents */
export function fillAgents(agents) {
  const select = /** @type {HTMLSelectElement} */ (byId("agent-select"));
  fillSelect(
    select,
    agents.map((agent) => ({ value: agent.id, label: agent.group ? `${agent.name} · ${agent.group}` : agent.name })),
  );
  select.addEventListener("change", () => stage.agent.set(agents.find((agent) => agent.id === select.value) ?? null));
  stage.agent.set(agents.find((agent) => agent.id === select.value) ?? agents[0] ?? null);
  const language = /** @type {HTMLSelectElement} */ (byId("agent-language"));
  // A browser keeps what was chosen when the page is loaded anew.
  stage.locale.set(language.value);
  language.addEventListener("change", () => stage.locale.set(language.value));
}

/** @param {TicketRow} row */
function wanted(row) {
  if (view === "unsolved" && !UNSOLVED.has(row.status)) return false;
  if (view === "mine" && (!UNSOLVED.has(row.status) || row.assignee !== stage.agent.get()?.name)) return false;
  return (
    !search ||
    [row.id, row.subject, row.requester?.name, row.group, ...(row.tags ?? [])].some((text) =>
      String(text ?? "")
        .toLowerCase()
        .includes(search),
    )
  );
}

function draw() {
  const found = rows.filter(wanted);
  const chosen = stage.ticketId.get();
  const shown = found.slice(0, SHOWN).map((row) => ({ ...row, chosen: row.id === chosen }));
  keyed(byId("ticket-list"), shown, (row) => row.id, drawRow);
  byId("ticket-none").hidden = found.length > 0;
  say(byId("ticket-count"), found.length > SHOWN ? `${SHOWN} of ${found.length}` : String(found.length));
  say(byId("ticket-count-word"), found.length === 1 ? "ticket" : "tickets");
}

/** @param {TicketRow & {chosen: boolean}} row */
function drawRow(row) {
  const owner = row.assignee ?? row.group ?? "nobody yet";
  return h(
    "li",
    {},
    h(
      "button",
      {
        class: "ticket-row",
        type: "button",
        "data-ticket": row.id,
        "data-testid": `ticket-row-${row.id}`,
        "aria-current": row.chosen ? "true" : false,
      },
      badge(row.status),
      h("span", { class: "ticket-subject" }, row.subject || "(no subject)"),
      h(
        "span",
        { class: "ticket-meta" },
        h("span", { class: "ticket-requester" }, row.requester?.name ?? "unknown"),
        h("time", { title: full(row.updated_at) }, short(row.updated_at)),
      ),
      h("span", { class: "ticket-owner" }, `#${row.id} · ${owner}`),
    ),
  );
}

/** @param {string} status */
export function badge(status) {
  return h(
    "span",
    { class: `badge badge-${status}`, title: `Status: ${status}` },
    h("span", { "aria-hidden": "true" }, status.slice(0, 1).toUpperCase()),
    h("span", { class: "sr-only" }, status),
  );
}
