/**
 * What the company's own systems report: an outage, a delay at a carrier, customers who struggle. The events are the
 * company's; the person at the form may change every fact before it goes to Handrail with the API key.
 */

import { api, ApiError } from "./api.js";
import { byId, fillSelect, h, say, tabs } from "./dom.js";
import { stage, toast } from "./stage.js";
import { clockUtc, moment } from "./time.js";

/** @typedef {{id: string, kind: string, facts?: string[], people?: Record<string, string>[]} & Record<string, unknown>} StatusEvent */

/** @type {Record<string, {label: string, about: string}>} */
const KINDS = {
  outage: {
    label: "Outage",
    about: "A part of the cloud is down. Handrail finds who is affected and asks in Slack before it writes to anybody.",
  },
  delivery_delay: { label: "Delivery delay", about: "A carrier is late with a number of orders." },
  order_late: { label: "Late order", about: "One order is late." },
  fraud_alert: { label: "Fraud", about: "A sign-in by a stranger was stopped. Short, soon, and it asks for nothing." },
  appointment_reminder: { label: "Visits tomorrow", about: "The calendar says who is visited. The policy lets this leave without a person." },
  renewal: { label: "Renewals", about: "Plans that renew in two weeks; customers of that day are found by their profile." },
  churn_risk: { label: "Churn risk", about: "Customers who may leave: only those who agreed to marketing are asked." },
  recap: { label: "Recap", about: "After a conversation was solved: what was agreed, in one place." },
  csat: { label: "How was it?", about: "One number from 1 to 5, a day after a conversation was solved." },
  nps: { label: "Recommend us?", about: "One number from 0 to 10, a week after a conversation was solved; nobody is asked twice in three months." },
  spike_of_device_offline: { label: "Many ask the same", about: "An article has the answer: those who wait with this very question get it before a person is free." },
  usage_friction: { label: "Usage friction", about: "The app saw customers fail at the same step again and again." },
};
// What an event's own record says about itself; the rest are facts that a message may state.
const NOT_A_FACT = new Set(["id", "kind", "facts", "people", "customer_ids", "order_ids"]);

/** @type {StatusEvent[]} */
let events = [];
let chosen = "";
/** @type {(name: string) => void} */
let choose = () => {};

export async function startSignals() {
  ({ events } = await api.statusEvents());
  byId("signal-none").hidden = events.length > 0;
  byId("signal-form").hidden = events.length === 0;
  byId("signal-kinds").replaceChildren(
    ...events.map((event) =>
      h(
        "button",
        { type: "button", role: "tab", "data-name": event.id, "data-testid": `signal-kind-${event.kind}` },
        labelOf(event.kind),
      ),
    ),
  );
  choose = tabs(byId("signal-kinds"), (id) => {
    chosen = id;
    build();
  });
  if (events.length) choose(events[0].id);
  byId("signal-form").addEventListener("submit", (event) => {
    event.preventDefault();
    void send();
  });
}

/** Open one signal's form, filled in afresh; sending is left to the person. @param {string} kind */
export async function prepareSignal(kind) {
  // Its times are told relative to now.
  ({ events } = await api.statusEvents());
  const event = events.find((one) => one.kind === kind);
  if (!event) return;
  choose(event.id);
  byId("signal-send").focus();
}

/** @param {string} name */
const readable = (name) => name.replaceAll("_", " ").replace(/^./, (first) => first.toUpperCase());
/** @param {string} kind */
const labelOf = (kind) => KINDS[kind]?.label ?? readable(kind);

function build() {
  const event = events.find((one) => one.id === chosen);
  if (!event) return;
  say(byId("signal-about"), KINDS[event.kind]?.about ?? "");
  const people = (event.people ?? []).map((person) => Object.values(person).join(" · "));
  byId("signal-known").replaceChildren(...[...(event.facts ?? []), ...people].map((line) => h("li", {}, line)));
  byId("signal-fields").replaceChildren(
    ...Object.entries(event)
      .filter(([name]) => !NOT_A_FACT.has(name))
      .map(([name, value]) => {
        const fact = factOf(name, value);
        const control = controlOf(fact);
        control.id = `signal-${fact.name}`;
        return h(
          "div",
          { class: `field ${fact.value.length > 24 ? "field-wide" : ""}` },
          h("label", { for: control.id }, readable(fact.name)),
          control,
        );
      }),
  );
}

/** A moment is stated as a time of day that is true in every country, a list in one line. @param {string} name @param {unknown} value */
function factOf(name, value) {
  if (name.endsWith("_at")) {
    const at = moment(String(value));
    return { name: name.slice(0, -"_at".length), value: at ? clockUtc(at) : "", kind: "text" };
  }
  return {
    name,
    value: Array.isArray(value) ? value.join(", ") : String(value ?? ""),
    kind: typeof value === "number" ? "number" : "text",
  };
}

/** @param {{name: string, value: string, kind: string}} fact */
function controlOf(fact) {
  const shape = { name: fact.name, "data-testid": `signal-field-${fact.name}` };
  if (fact.name !== "region") return h("input", { ...shape, type: fact.kind, value: fact.value, required: true });
  const regions = new Set([fact.value, ...stage.people.map((person) => person.region ?? "")]);
  const control = h("select", shape);
  fillSelect(
    control,
    [...regions].filter(Boolean).map((region) => ({ value: region, label: region })),
    fact.value,
  );
  return control;
}

async function send() {
  const event = events.find((one) => one.id === chosen);
  if (!event) return;
  const controls = /** @type {HTMLInputElement[]} */ ([...byId("signal-fields").querySelectorAll("[name]")]);
  const facts = Object.fromEntries(
    controls.map((control) => [control.name, control.type === "number" ? Number(control.value) : control.value]),
  );
  const button = /** @type {HTMLButtonElement} */ (byId("signal-send"));
  button.disabled = true;
  try {
    const people = event.people ? { people: event.people } : {};
    const answer = await api.signal({ kind: event.kind, facts: { ...facts, ...people } });
    toast(`Signal sent. Handrail accepted it (${answer.status}).`);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    toast(`Signal not accepted: ${error.message}`, "error");
  }
  button.disabled = false;
}
