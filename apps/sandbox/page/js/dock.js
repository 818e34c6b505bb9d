/** The admin's drawer: always a line of what was decided last; opened, the log, the webhooks, the faults, the signals, the calendar, the status page, the team. */

import { startCalendar } from "./calendar.js";
import { startDecisions } from "./decisions.js";
import { startDeliveries } from "./deliveries.js";
import { byId, tabs } from "./dom.js";
import { startFaults } from "./faults.js";
import { startSignals } from "./signals.js";
import { startStatusPage } from "./status_page.js";
import { show, SMALL } from "./stage.js";
import { startTeam } from "./team.js";

/** @typedef {'decisions'|'deliveries'|'faults'|'signals'|'calendar'|'status'|'team'} Sheet */

/** @type {Sheet[]} */
const SHEETS = ["decisions", "deliveries", "faults", "signals", "calendar", "status", "team"];

/** @type {Sheet} */
let sheet = "decisions";
/** @type {(name: string) => void} */
let choose = () => {};

const isOpen = () => document.body.dataset.dock === "open";

export function startDock() {
  const inView = (/** @type {Sheet} */ name) => () => isOpen() && sheet === name;
  startDecisions();
  const wakers = {
    deliveries: startDeliveries(inView("deliveries")),
    faults: startFaults(inView("faults")),
    calendar: startCalendar(inView("calendar")),
    status: startStatusPage(inView("status")),
    team: startTeam(inView("team")),
  };
  void startSignals();
  choose = tabs(byId("dock-tabs"), (name) => {
    sheet = /** @type {Sheet} */ (name);
    for (const one of SHEETS) byId(`dock-${one}`).hidden = one !== sheet;
    if (name in wakers) void wakers[/** @type {keyof typeof wakers} */ (name)].now();
  });
  choose("decisions");
  byId("dock-tabs").addEventListener("click", () => setOpen(true));
  byId("dock-toggle").addEventListener("click", () => setOpen(!isOpen()));
  byId("dock-latest").addEventListener("click", () => openDock("decisions"));
  setOpen(false);
}

/** @param {boolean} open */
function setOpen(open) {
  document.body.dataset.dock = open ? "open" : "shut";
  byId("dock-toggle").setAttribute("aria-expanded", String(open));
  byId("dock-sheets").hidden = !open;
  if (open) choose(sheet);
  // On small screens the drawer is all that the admin has: shutting it leads back to the desk.
  else if (document.body.dataset.role === "admin" && matchMedia(SMALL).matches) show("agent");
}

/** @param {Sheet} name */
export function openDock(name) {
  sheet = name;
  setOpen(true);
}

export const shutDock = () => setOpen(false);
