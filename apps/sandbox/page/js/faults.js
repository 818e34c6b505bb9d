/** The switches that make a vendor misbehave: a table of vendors and faults, written back as soon as one is changed. */

import { api, ApiError } from "./api.js";
import { byId, h } from "./dom.js";
import { poll } from "./poll.js";
import { toast } from "./stage.js";
import { vendorName } from "./vendors.js";

/** @typedef {Record<string, number>} Switches */

/** @type {Record<string, {label: string, hint: string, unit?: string}>} what each switch does, in plain words */
const SWITCHES = {
  latency_ms: { label: "Slow answers", hint: "Added to every answer of its API", unit: "ms" },
  rate_limited: { label: "Too many requests", hint: "The next n requests get 429", unit: "next" },
  retry_after: { label: "Retry-After", hint: "What a 429 says in Retry-After", unit: "s" },
  error_5xx: { label: "Server errors", hint: "The next n requests get a 5xx", unit: "next" },
  lost: { label: "Lost requests", hint: "The next n requests are dropped before any work", unit: "next" },
  timeout_after_work: {
    label: "Timeout after the work",
    hint: "The next n are done, but the answer never comes",
    unit: "next",
  },
  hold_seconds: { label: "Hold the answer", hint: "How long such an answer is held", unit: "s" },
  webhook_duplicate: { label: "Webhooks twice", hint: "The next n webhooks are posted twice", unit: "next" },
  webhook_reorder: {
    label: "Webhooks out of order",
    hint: "The next n wait until a later one has passed",
    unit: "next",
  },
  webhook_lost: { label: "Webhooks lost", hint: "The next n webhooks are never posted", unit: "next" },
  webhook_delay_ms: { label: "Late webhooks", hint: "Every webhook waits so long", unit: "ms" },
  stream_cut: { label: "Streams cut", hint: "The next n streamed answers break off in the middle", unit: "next" },
  stream_malformed: { label: "Streams garbled", hint: "The next n hold a piece that makes no sense", unit: "next" },
  stream_twice: { label: "Streams twice", hint: "The next n say their answer a second time", unit: "next" },
  stream_delay_ms: { label: "Slow streams", hint: "Every piece of a streamed answer waits so long", unit: "ms" },
  says_yes: { label: "Yes, but nothing done", hint: "The back office's next n writes change nothing", unit: "next" },
  forgets_key: { label: "Done twice", hint: "The back office's next n writes ignore their key", unit: "next" },
  odd_answer: { label: "Odd answers", hint: "The back office's next n writes answer in another shape", unit: "next" },
};
// What stands in a switch when a vendor behaves, where that is not nothing.
/** @type {Record<string, number>} */
const AT_REST = { retry_after: 1 };

/** @type {Record<string, Switches>} */
let table = {};

/** @param {() => boolean} inView @returns {{now: () => Promise<void>}} */
export function startFaults(inView) {
  const reading = poll(
    async () => {
      const answer = await api.faults();
      show(answer.faults ?? answer);
    },
    { when: inView },
  );
  byId("fault-table").addEventListener("change", (event) => {
    const field = /** @type {HTMLInputElement} */ (event.target);
    const { vendor = "", fault = "" } = field.dataset;
    if (field.value === "" || !field.checkValidity()) field.value = String(table[vendor]?.[fault] ?? 0);
    void set({ [vendor]: { [fault]: Number(field.value) } });
  });
  byId("fault-clear").addEventListener(
    "click",
    () =>
      void set(
        Object.fromEntries(
          Object.entries(table).map(([vendor, switches]) => [
            vendor,
            Object.fromEntries(Object.keys(switches).map((fault) => [fault, AT_REST[fault] ?? 0])),
          ]),
        ),
      ),
  );
  return reading;
}

/** @param {Record<string, Switches>} changes */
async function set(changes) {
  try {
    const answer = await api.setFaults(changes);
    if (answer) show(answer.faults ?? answer);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    toast(error.message, "error");
  }
}

/** @param {Record<string, Switches>} next */
function show(next) {
  const vendors = Object.keys(next);
  if (vendors.join() !== Object.keys(table).join()) build(next);
  table = next;
  for (const field of byId("fault-table").querySelectorAll("input")) {
    const { vendor = "", fault = "" } = field.dataset;
    const value = String(next[vendor]?.[fault] ?? 0);
    // A field somebody is typing in is left alone.
    if (field !== document.activeElement && field.value !== value) field.value = value;
    field.classList.toggle("is-on", Number(value) !== (AT_REST[fault] ?? 0));
  }
  const on = vendors.some((vendor) =>
    Object.entries(next[vendor]).some(([fault, value]) => value !== (AT_REST[fault] ?? 0)),
  );
  byId("fault-dot").hidden = !on;
}

/** @param {Record<string, Switches>} next */
function build(next) {
  const vendors = Object.keys(next);
  const known = Object.keys(SWITCHES);
  const faults = Object.keys(next[vendors[0]] ?? {}).sort((a, b) => known.indexOf(a) - known.indexOf(b));
  byId("fault-table").replaceChildren(
    h(
      "thead",
      {},
      h(
        "tr",
        {},
        h("th", { scope: "col" }, "Fault"),
        vendors.map((vendor) => h("th", { scope: "col" }, vendorName(vendor))),
      ),
    ),
    h(
      "tbody",
      {},
      faults.map((fault) => {
        const about = SWITCHES[fault] ?? { label: fault, hint: "" };
        return h(
          "tr",
          {},
          h("th", { scope: "row" }, about.label, h("span", { class: "fault-hint" }, about.hint)),
          vendors.map((vendor) =>
            h(
              "td",
              {},
              h(
                "label",
                { class: "fault-field" },
                h("input", {
                  type: "number",
                  min: 0,
                  step: fault === "hold_seconds" ? 0.5 : 1,
                  inputmode: "numeric",
                  "data-vendor": vendor,
                  "data-fault": fault,
                  "data-testid": `fault-${vendor}-${fault}`,
                  "aria-label": `${about.label}, ${vendor}`,
                }),
                h("span", { "aria-hidden": "true" }, about.unit ?? ""),
              ),
            ),
          ),
        );
      }),
    ),
  );
}
