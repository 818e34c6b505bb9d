/** The open ticket: its head and its conversation, public comments beside internal notes. */

import { api, ApiError } from "./api.js";
import { byId, followEnd, h, keyed, say, toEnd, wipe } from "./dom.js";
import { badge } from "./helpdesk.js";
import { poll } from "./poll.js";
import { linked, richText } from "./rich_text.js";
import { stage } from "./stage.js";
import { full, stamp } from "./time.js";

/** @typedef {import('./types.js').Ticket} Ticket */
/** @typedef {import('./types.js').Comment} Comment */

/** @type {Record<string, string>} */
const CHANNELS = {
  email: "e-mail",
  sms: "SMS",
  whatsapp: "WhatsApp",
  web: "web",
  api: "API",
  web_service: "API",
  mail: "e-mail",
};

let lastPrint = "";

/** @returns {{now: () => Promise<void>}} */
export function startConversation() {
  const reading = poll(readTicket, { when: () => stage.ticketId.get() !== null });
  stage.ticketId.onChange((id) => {
    stage.ticket.set(null);
    lastPrint = "";
    wipe(byId("comments"));
    byId("ticket").hidden = id === null;
    byId("ticket-closed").hidden = id !== null;
    void reading.now();
  });
  return reading;
}

async function readTicket() {
  const id = stage.ticketId.get();
  if (id === null) return;
  const answer = await api.ticket(id).catch((error) => {
    if (error instanceof ApiError && error.status === 404) stage.ticketId.set(null);
    throw error;
  });
  if (stage.ticketId.get() !== id) return;
  /** @type {Ticket} */
  const ticket = answer.ticket ? { ...answer.ticket, comments: answer.comments ?? answer.ticket.comments } : answer;
  drawHead(ticket);
  const scroller = byId("conversation-scroll");
  const opened = stage.ticket.get()?.id !== ticket.id;
  followEnd(scroller, () => keyed(byId("comments"), ticket.comments ?? [], (comment) => comment.id, drawComment));
  if (opened) toEnd(scroller);
  const print = JSON.stringify(ticket);
  if (print !== lastPrint) stage.ticket.set(ticket);
  lastPrint = print;
}

/** @param {Ticket} ticket */
function drawHead(ticket) {
  say(byId("ticket-subject"), ticket.subject || "(no subject)");
  byId("ticket-subject").title = ticket.subject;
  const facts = [
    { id: "status", status: ticket.status, text: `#${ticket.id}` },
    { id: "requester", text: ticket.requester?.name ?? "unknown requester" },
    { id: "owner", text: [ticket.group, ticket.assignee].filter(Boolean).join(" / ") || "not assigned" },
    ...(ticket.priority ? [{ id: "priority", text: `${ticket.priority} priority` }] : []),
  ];
  keyed(
    byId("ticket-facts"),
    facts,
    (fact) => fact.id,
    (fact) =>
      h(
        "li",
        { "data-fact": fact.id, "data-testid": `ticket-${fact.id}` },
        fact.status ? badge(fact.status) : null,
        fact.text,
      ),
  );
  keyed(
    byId("ticket-tags"),
    ticket.tags ?? [],
    (tag) => tag,
    (tag) => h("li", { class: "tag" }, tag),
  );
}

/** @param {Comment} comment */
function drawComment(comment) {
  const { author } = comment;
  const staff = author.role !== "end-user";
  // How a note came in says nothing to a person.
  const via = comment.public ? (CHANNELS[comment.via ?? ""] ?? comment.via) : null;
  return h(
    "li",
    {
      class: `comment ${comment.public ? "" : "comment-note"} ${staff ? "comment-staff" : ""}`,
      "data-testid": "comment",
      "data-public": comment.public,
      "data-role": author.role,
    },
    h("span", { class: `avatar ${staff ? "avatar-staff" : ""}`, "aria-hidden": "true" }, initials(author.name)),
    h(
      "div",
      { class: "comment-main" },
      h(
        "p",
        { class: "comment-head" },
        h("strong", {}, author.name),
        comment.public ? null : h("span", { class: "note-mark" }, "Internal note"),
        via ? h("span", { class: "comment-via" }, `via ${via}`) : null,
        h("time", { title: full(comment.created_at) }, stamp(comment.created_at)),
      ),
      comment.html_body
        ? h("div", { class: "comment-body prose prose-html" }, richText(comment.html_body))
        : h("div", { class: "comment-body prose" }, linked(comment.body)),
    ),
  );
}

/** @param {string} name */
function initials(name) {
  const words = name.trim().split(/\s+/);
  return ((words[0]?.[0] ?? "?") + (words.length > 1 ? words[words.length - 1][0] : "")).toUpperCase();
}
