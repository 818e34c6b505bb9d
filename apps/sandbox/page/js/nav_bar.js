/** The app in the helpdesk's navigation: over the whole helpdesk, for those who look after it. */

import { api } from "./api.js";
import { desk } from "./app_desk.js";
import { AppPanel, registration } from "./app_panel.js";
import { byId } from "./dom.js";
import { stage } from "./stage.js";

const NAMES = { panel: "nav-app", holder: "nav-app-holder", status: "nav-app-status", frame: "nav-app-frame" };

/** @type {AppPanel} */
let panel;

/** Opened when it is chosen, and anew for each agent and language: who sees what is for the app to say. */
export function startNavBar() {
  panel = new AppPanel(NAMES, "Handrail, in the navigation", desk(NAMES.holder));
  byId("place-tickets").addEventListener("click", () => show("tickets"));
  byId("place-nav-bar").addEventListener("click", () => show("nav_bar"));
  stage.scheme.onChange((scheme) => panel.host.fire("colorScheme.changed", scheme));
  for (const who of [stage.agent, stage.locale]) who.onChange(() => isShown() && void open());
  // A ticket is worked on among the tickets.
  document.addEventListener("openticket", () => show("tickets"));
}

const isShown = () => byId("helpdesk").dataset.place === "nav_bar";

/** @param {'tickets'|'nav_bar'} place */
function show(place) {
  byId("helpdesk").dataset.place = place;
  byId("nav-app").hidden = place !== "nav_bar";
  byId("place-tickets").setAttribute("aria-pressed", String(place === "tickets"));
  byId("place-nav-bar").setAttribute("aria-pressed", String(place === "nav_bar"));
  if (place === "nav_bar") void open();
  else panel.shut();
}

async function open() {
  const agent = stage.agent.get();
  if (!agent) return;
  await panel.open(
    () => api.navBar(agent.id),
    (opening) => registration("nav_bar", opening),
  );
}
