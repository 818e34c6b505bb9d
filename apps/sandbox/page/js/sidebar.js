/** The app beside the ticket: Handrail's real sidebar, opened and answered as the helpdesk would. */

import { api, ApiError } from "./api.js";
import { byId, say } from "./dom.js";
import { composer, startComposer } from "./composer.js";
import { openTicket } from "./helpdesk.js";
import { stage, toast } from "./stage.js";
import { ZafHost } from "./zaf_host.js";

/** @typedef {import('./types.js').Ticket} Ticket */

const LONGEST_APP_PX = 4000;
const SLOW_MS = 8000;

/** @type {ZafHost} */
let host;
let opening = 0;
/** @type {'light'|'dark'} the helpdesk's colours, as it tells its apps */
let scheme = "light";

/** @param {{now: () => Promise<void>}} conversation */
export function startSidebar(conversation) {
  host = new ZafHost(byId("sidebar-holder"), desk(), {
    onReady: () => byId("sidebar").setAttribute("data-state", "ready"),
  });
  startComposer({
    before: () => {
      host.fire("ticket.submit.start");
      return host.ask("ticket.save");
    },
    after: (outcome) => {
      host.fire(`ticket.submit.${outcome}`);
      host.fire("ticket.submit.always");
      void conversation.now();
    },
  });
  composer.onChange((text) => host.fire("comment.text.changed", text));
  stage.ticketId.onChange(() => void reopen());
  stage.agent.onChange(() => void reopen());
  byId("sidebar-reload").addEventListener("click", () => void reopen());
  byId("sidebar-scheme").addEventListener("click", changeScheme);
  tellOfChanges();
}

function changeScheme() {
  scheme = scheme === "light" ? "dark" : "light";
  byId("sidebar").dataset.scheme = scheme;
  byId("sidebar-scheme").setAttribute("aria-pressed", String(scheme === "dark"));
  host.fire("colorScheme.changed", scheme);
}

/** Each ticket and each agent gets the app anew, with a token of its own. */
async function reopen() {
  const ticketId = stage.ticketId.get();
  const agent = stage.agent.get();
  const mine = ++opening;
  host.close();
  const panel = byId("sidebar");
  if (!ticketId || !agent) {
    panel.dataset.state = "shut";
    return;
  }
  panel.dataset.state = "opening";
  say(byId("sidebar-status"), "Opening Handrail…");
  try {
    const answer = await api.sidebar(ticketId, agent.id);
    if (mine !== opening) return;
    host.open(answer, registration(ticketId, answer.app_guid), "Handrail, beside the ticket");
    setTimeout(
      () =>
        mine === opening &&
        panel.dataset.state === "opening" &&
        say(byId("sidebar-status"), "Handrail has not answered yet. Is its web process running?"),
      SLOW_MS,
    );
  } catch (error) {
    if (mine !== opening) return;
    panel.dataset.state = "failed";
    say(byId("sidebar-status"), `The app could not be opened: ${/** @type {Error} */ (error).message}`);
    if (!(error instanceof ApiError)) throw error;
  }
}

/** @param {string} ticketId @param {string} guid */
function registration(ticketId, guid) {
  return {
    context: {
      product: "support",
      location: "ticket_sidebar",
      ticketId: Number(ticketId) || ticketId,
      instanceGuid: guid,
      host: "zendesk",
      hostOrigin: location.origin,
      account: { subdomain: "larkfield" },
    },
    metadata: { appId: 1, installationId: 2, name: "Handrail", settings: { title: "Handrail" } },
  };
}

/** The ticket's changes, as the framework names them, to an app that listens. */
function tellOfChanges() {
  /** @type {Ticket|null} */
  let before = null;
  stage.ticket.onChange((ticket) => {
    if (ticket && before?.id === ticket.id) {
      if (ticket.comments.length !== before.comments.length) host.fire("ticket.conversation.changed", conversation());
      if (ticket.status !== before.status) host.fire("ticket.status.changed", ticket.status);
      if (ticket.assignee !== before.assignee) host.fire("ticket.assignee.user.name.changed", ticket.assignee);
      if (ticket.updated_at !== before.updated_at) host.fire("ticket.updated", { id: ticket.id });
    }
    before = ticket;
  });
  document.addEventListener("role", (event) => {
    const inView = /** @type {CustomEvent} */ (event).detail === "agent";
    host.fire(inView ? "pane.activated" : "pane.deactivated");
  });
}

/** @returns {import('./zaf_host.js').Desk} */
function desk() {
  return {
    get: {
      ticket: () => wholeTicket(),
      "ticket.conversation": () => conversation(),
      "ticket.comments": () => conversation(),
      "ticket.comment": () => ({ text: composer.text(), type: composer.kind() }),
      "ticket.comment.text": () => composer.text(),
      "ticket.comment.type": () => composer.kind(),
      "comment.text": () => composer.text(),
      "comment.type": () => composer.kind(),
      currentUser: () => currentUser(),
      currentAccount: () => ({ subdomain: "larkfield", planName: "Sandbox", timeFormat: "24" }),
      colorScheme: () => scheme,
      "viewport.size": () => ({
        width: byId("sidebar-holder").clientWidth,
        height: byId("sidebar-holder").clientHeight,
      }),
    },
    set: {
      "ticket.comment.text": composer.replace,
      "comment.text": composer.replace,
      "ticket.comment.type": composer.choose,
      "comment.type": composer.choose,
      "ticket.status": (status) => composer.submitAs(String(status)),
    },
    invoke: {
      "ticket.editor.insert": composer.insert,
      "ticket.comment.appendText": composer.append,
      "ticket.comment.appendHtml": composer.append,
      "ticket.comment.appendMarkdown": composer.append,
      notify: (text, kind) => toast(String(text), kind === "error" ? "error" : kind === "alert" ? "alert" : "notice"),
      resize: (size) => resize(size),
      routeTo: (place, id) => place === "ticket" && openTicket(String(id)),
      track: () => undefined,
    },
    request: { "/api/v2/groups.json": () => ({ groups: groups() }) },
    unknown: (path) => reach({ ticket: wholeTicket(), currentUser: currentUser() }, path),
  };
}

/** The value at a dotted path ("ticket.requester.email"), or undefined. @param {any} root @param {string} path */
function reach(root, path) {
  return path
    .split(".")
    .reduce(
      (value, part) =>
        value !== null && typeof value === "object" && Object.hasOwn(value, part) ? value[part] : undefined,
      root,
    );
}

/** @param {{height?: string|number, width?: string|number}} [size] */
function resize(size) {
  const height = parseInt(String(size?.height ?? ""), 10);
  if (!host.frame || !(height > 0)) return;
  host.frame.style.minHeight = `${Math.min(height, LONGEST_APP_PX)}px`;
}

function conversation() {
  return (stage.ticket.get()?.comments ?? []).map((comment) => ({
    id: comment.id,
    author: comment.author,
    channel: { name: comment.public ? "email" : "internal" },
    message: { content: comment.body, contentType: "text/plain" },
    timestamp: comment.created_at,
    type: comment.public ? "public" : "internal",
  }));
}

function wholeTicket() {
  const ticket = stage.ticket.get();
  const id = Number(stage.ticketId.get()) || stage.ticketId.get();
  return {
    id,
    subject: ticket?.subject ?? null,
    status: ticket?.status ?? null,
    priority: ticket?.priority ?? null,
    tags: ticket?.tags ?? [],
    requester: ticket?.requester ?? null,
    updatedAt: ticket?.updated_at ?? null,
    assignee: {
      user: ticket?.assignee ? { name: ticket.assignee } : null,
      group: ticket?.group ? { name: ticket.group } : null,
    },
    comment: { text: composer.text(), type: composer.kind() },
  };
}

/** The teams that the staff belong to. */
function groups() {
  return [...new Set(stage.agents.map((agent) => agent.group).filter(Boolean))].map((name, index) => ({
    id: index + 1,
    name,
  }));
}

function currentUser() {
  const agent = stage.agent.get();
  return {
    id: Number(agent?.id) || agent?.id || null,
    name: agent?.name ?? null,
    email: agent?.email ?? null,
    role: agent?.role ?? "agent",
    locale: "en-GB",
    timeZone: { ianaName: Intl.DateTimeFormat().resolvedOptions().timeZone },
    groups: agent?.group ? [{ name: agent.group }] : [],
  };
}
