/** The app beside the ticket: Handrail's real sidebar, opened and answered as the helpdesk would. */

import { api } from "./api.js";
import { conversation as comments, ticketDesk } from "./app_desk.js";
import { AppPanel, registration } from "./app_panel.js";
import { composer, startComposer } from "./composer.js";
import { byId } from "./dom.js";
import { stage } from "./stage.js";

/** @typedef {import('./types.js').Ticket} Ticket */

const LONGEST_APP_PX = 4000;
const NAMES = { panel: "sidebar", holder: "sidebar-holder", status: "sidebar-status", frame: "sidebar-frame" };

/** @type {AppPanel} */
let panel;

/** @param {{now: () => Promise<void>}} conversation */
export function startSidebar(conversation) {
  panel = new AppPanel(NAMES, "Handrail, beside the ticket", ticketDesk(NAMES.holder, resize));
  const { host } = panel;
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
  stage.locale.onChange(() => void reopen());
  byId("sidebar-reload").addEventListener("click", () => void reopen());
  byId("sidebar-scheme").addEventListener("click", changeScheme);
  stage.scheme.onChange((scheme) => host.fire("colorScheme.changed", scheme));
  tellOfChanges();
}

/** The helpdesk's colours, as it tells all its apps. */
function changeScheme() {
  const scheme = stage.scheme.get() === "light" ? "dark" : "light";
  byId("helpdesk").dataset.scheme = scheme;
  byId("sidebar-scheme").setAttribute("aria-pressed", String(scheme === "dark"));
  stage.scheme.set(scheme);
}

/** Each ticket and each agent gets the app anew, with a token of its own. */
async function reopen() {
  const [ticketId, agent] = [stage.ticketId.get(), stage.agent.get()];
  if (!ticketId || !agent) {
    panel.shut();
    return;
  }
  await panel.open(
    () => api.sidebar(ticketId, agent.id),
    (opening) => registration("ticket_sidebar", opening, { ticketId: Number(ticketId) || ticketId }),
  );
}

/** The ticket's changes, as the framework names them, to an app that listens. */
function tellOfChanges() {
  const { host } = panel;
  /** @type {Ticket|null} */
  let before = null;
  stage.ticket.onChange((ticket) => {
    if (ticket && before?.id === ticket.id) {
      if (ticket.comments.length !== before.comments.length) host.fire("ticket.conversation.changed", comments());
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

/** @param {{height?: string|number, width?: string|number}} [size] */
function resize(size) {
  const height = parseInt(String(size?.height ?? ""), 10);
  const { frame } = panel.host;
  if (!frame || !(height > 0)) return;
  frame.style.minHeight = `${Math.min(height, LONGEST_APP_PX)}px`;
}
