/** Where the page starts: read who there is, then start the four roles' panels. */

import { api, ApiError, line } from "./api.js";
import { startConversation } from "./conversation.js";
import { startDock, openDock, shutDock } from "./dock.js";
import { byId, tabs } from "./dom.js";
import { fillAgents, openTicket, startHelpdesk } from "./helpdesk.js";
import { startNavBar } from "./nav_bar.js";
import { startPeople } from "./people.js";
import { startPhone } from "./phone.js";
import { startSidebar } from "./sidebar.js";
import { startSlack } from "./slack.js";
import { show, SMALL, stage } from "./stage.js";
import { startStory } from "./story.js";
import { startTraining } from "./training.js";

const TRY_AGAIN_MS = 1000;

/** @typedef {import('./stage.js').Role} Role */

/**
 * The sandbox may still be starting; the page waits for it.
 *
 * @template T
 * @param {() => Promise<T>} ask
 * @returns {Promise<T>}
 */
async function patiently(ask) {
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      await new Promise((resume) => setTimeout(resume, TRY_AGAIN_MS));
    }
  }
}

function startRoles() {
  const list = byId("roles");
  const choose = tabs(list, (name) => {
    if (document.body.dataset.role !== name) show(/** @type {Role} */ (name));
    if (name === "admin") openDock("decisions");
    else if (matchMedia(SMALL).matches) shutDock();
  });
  choose("agent");
  document.addEventListener("role", (event) => {
    const role = /** @type {CustomEvent} */ (event).detail;
    for (const tab of list.querySelectorAll('[role="tab"]')) {
      const on = tab instanceof HTMLElement && tab.dataset.name === role;
      tab.setAttribute("aria-selected", String(on));
      /** @type {HTMLElement} */ (tab).tabIndex = on ? 0 : -1;
    }
  });
}

/** Of the address that a link to a ticket leads to. */
function openLinked() {
  const linked = /^#ticket=(\d+)$/.exec(location.hash);
  if (!linked) return;
  show("agent");
  openTicket(linked[1]);
}

async function start() {
  line.listeners.push((up) => {
    byId("line").dataset.up = String(up);
    byId("line").textContent = up ? "Live" : "No answer, trying again";
  });
  const [config, { people }, { agents }] = await patiently(() =>
    Promise.all([api.config(), api.people(), api.agents()]),
  );
  // The suite's own user is staff in the helpdesk's eyes, but nobody plays it.
  stage.agents = agents.filter(
    (/** @type {import('./types.js').Agent} */ agent) => !agent.email?.startsWith("integration@"),
  );
  startPeople(people, config?.story ?? {});
  startPhone();
  const conversation = startConversation();
  startSidebar(conversation);
  startNavBar();
  fillAgents(stage.agents);
  startHelpdesk();
  startDock();
  startStory();
  startTraining();
  startRoles();
  openLinked();
  addEventListener("hashchange", openLinked);
  await patiently(() => startSlack(config?.slack_users ?? []));
  document.body.dataset.ready = "yes";
}

void start();
