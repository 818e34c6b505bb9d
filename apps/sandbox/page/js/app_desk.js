/** What an app may read and do in this helpdesk, wherever it is opened: the same tables for every place. */

import { api } from "./api.js";
import { composer } from "./composer.js";
import { byId } from "./dom.js";
import { openTicket } from "./helpdesk.js";
import { stage, toast } from "./stage.js";

/** @typedef {import('./zaf_host.js').Desk} Desk */

/**
 * What holds in every place. `holder` is the data-testid of the app's room.
 *
 * @param {string} holder
 * @returns {Desk}
 */
export function desk(holder) {
  return {
    get: {
      currentUser: () => currentUser(),
      currentAccount: () => ({ subdomain: "larkfield", planName: "Sandbox", timeFormat: "24" }),
      colorScheme: () => stage.scheme.get(),
      "viewport.size": () => ({ width: byId(holder).clientWidth, height: byId(holder).clientHeight }),
    },
    set: {},
    invoke: {
      notify: (text, kind) => toast(String(text), kind === "error" ? "error" : kind === "alert" ? "alert" : "notice"),
      routeTo: (place, id) => place === "ticket" && openTicket(String(id)),
      track: () => undefined,
    },
    request: { "/api/v2/groups.json": () => ({ groups: groups() }) },
    unknown: (path) => reach({ currentUser: currentUser() }, path),
  };
}

/**
 * What holds beside a ticket, too.
 *
 * @param {string} holder
 * @param {(size?: {height?: string|number}) => void} resize
 * @returns {Desk}
 */
export function ticketDesk(holder, resize) {
  const everywhere = desk(holder);
  return {
    get: {
      ...everywhere.get,
      ticket: () => wholeTicket(),
      "ticket.conversation": () => conversation(),
      "ticket.comments": () => conversation(),
      "ticket.comment": () => ({ text: composer.text(), type: composer.kind() }),
      "ticket.comment.text": () => composer.text(),
      "ticket.comment.type": () => composer.kind(),
      "comment.text": () => composer.text(),
      "comment.type": () => composer.kind(),
    },
    set: {
      "ticket.comment.text": composer.replace,
      "comment.text": composer.replace,
      "ticket.comment.type": composer.choose,
      "comment.type": composer.choose,
      "ticket.status": (status) => composer.submitAs(String(status)),
    },
    invoke: {
      ...everywhere.invoke,
      "ticket.editor.insert": composer.insert,
      "ticket.comment.appendText": composer.append,
      "ticket.comment.appendHtml": composer.append,
      "ticket.comment.appendMarkdown": composer.append,
      resize,
    },
    request: everywhere.request,
    ask: (path) => applied(path),
    unknown: (path) => reach({ ticket: wholeTicket(), currentUser: currentUser() }, path),
  };
}

const APPLY = /^\/api\/v2\/tickets\/(\d+)\/macros\/(\d+)\/apply(?:\.json)?$/;

/** A macro as it would leave the ticket for this agent. @param {string} path */
function applied(path) {
  const [, ticket, macro] = APPLY.exec(path) ?? [];
  const agent = stage.agent.get();
  return ticket && macro && agent ? api.applied(ticket, macro, agent.id) : undefined;
}

/** The ticket's comments as the framework tells them. */
export function conversation() {
  return (stage.ticket.get()?.comments ?? []).map((comment) => ({
    id: comment.id,
    author: comment.author,
    channel: { name: comment.public ? "email" : "internal" },
    message: { content: comment.body, contentType: "text/plain" },
    timestamp: comment.created_at,
    type: comment.public ? "public" : "internal",
  }));
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
    locale: stage.locale.get(),
    timeZone: { ianaName: Intl.DateTimeFormat().resolvedOptions().timeZone },
    groups: agent?.group ? [{ name: agent.group }] : [],
  };
}
