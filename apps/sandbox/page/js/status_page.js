/** The company's public status page as its editors see it: an incident begins, is updated, is over. */

import { api, ApiError } from "./api.js";
import { byId, fillSelect, h } from "./dom.js";
import { poll } from "./poll.js";
import { toast } from "./stage.js";
import { clockUtc } from "./time.js";

/** @typedef {{status: string, body: string, created_at: string}} Update */
/** @typedef {{id: string, name: string, status: string, components: {name: string}[], incident_updates: Update[]}} Incident */

const OVER = "resolved";

/** @param {() => boolean} inView @returns {{now: () => Promise<void>}} */
export function startStatusPage(inView) {
  let filled = false;
  const reading = poll(
    async () => {
      const { components, incidents } = await api.statusPage();
      if (!filled) {
        fillSelect(byId("status-component"), components.map((/** @type {{id: string, name: string}} */ each) => ({ value: each.id, label: each.name })), components[0]?.id ?? "");
        filled = true;
      }
      show(incidents, reading);
    },
    { when: inView },
  );
  byId("status-begin").addEventListener("submit", (event) => {
    event.preventDefault();
    void begin(reading);
  });
  return reading;
}

/** @param {string} name */
const field = (name) => /** @type {HTMLInputElement} */ (byId(name));

/** @param {{now: () => Promise<void>}} reading */
async function begin(reading) {
  const fix = new Date(Date.now() + 150 * 60_000);
  const body = field("status-words").value || `We are looking into it. Expected fix: ${clockUtc(fix)}.`;
  await tell(() => api.beginIncident({ name: field("status-name").value, components: [field("status-component").value], body }), reading);
}

/** @param {() => Promise<unknown>} wish @param {{now: () => Promise<void>}} reading */
async function tell(wish, reading) {
  try {
    await wish();
    await reading.now();
    toast("The status page is changed. Handrail reads it by itself.");
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    toast(`The status page refuses it: ${error.message}`, "error");
  }
}

/** @param {Incident[]} incidents @param {{now: () => Promise<void>}} reading */
function show(incidents, reading) {
  byId("status-none").hidden = incidents.length > 0;
  byId("status-rows").replaceChildren(...incidents.map((each) => row(each, reading)));
}

/** @param {Incident} incident @param {{now: () => Promise<void>}} reading */
function row(incident, reading) {
  const newest = incident.incident_updates[0];
  const over = incident.status === OVER;
  /** @param {string} status @param {string} body */
  const change = (status, body) => () => void tell(() => api.updateIncident(incident.id, { status, body }), reading);
  return h(
    "li",
    { "data-testid": `status-${incident.id}` },
    h("strong", {}, incident.name),
    ` · ${incident.components.map((each) => each.name).join(", ")} · ${incident.status}: ${newest?.body ?? ""} `,
    !over && h("button", { type: "button", class: "small", "data-testid": "status-update", onclick: change("identified", "The cause is found, and a repair is under way.") }, "Post news"),
    " ",
    !over && h("button", { type: "button", class: "small", "data-testid": "status-resolve", onclick: change(OVER, "Everything works again.") }, "Resolve"),
  );
}
