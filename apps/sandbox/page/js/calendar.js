/** The company's calendar: what is booked, and somebody at the desk who is faster. */

import { api, ApiError } from "./api.js";
import { byId, h } from "./dom.js";
import { poll } from "./poll.js";
import { toast } from "./stage.js";

/** @typedef {{id: string, kind: string, name: string, answers?: Record<string, string>, slot: {starts_at: string, place: string}}} Booked */

/** @param {() => boolean} inView @returns {{now: () => Promise<void>}} */
export function startCalendar(inView) {
  const reading = poll(async () => show((await api.appointments()).appointments), { when: inView });
  byId("calendar-take").addEventListener("submit", (event) => {
    event.preventDefault();
    const field = /** @type {HTMLInputElement} */ (byId("calendar-time"));
    const kind = /** @type {HTMLInputElement} */ (byId("calendar-kind")).value;
    void take(`${kind}:${stamp(field.value)}`, reading);
  });
  return reading;
}

/** A local time of the browser as the calendar names its times. @param {string} local */
const stamp = (local) => `${new Date(local).toISOString().slice(0, 16).replaceAll(/[-:]/g, "")}Z`;

/** @param {string} slot @param {{now: () => Promise<void>}} reading */
async function take(slot, reading) {
  try {
    await api.takeSlot(slot);
    await reading.now();
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    toast("There is no such free time.");
  }
}

/** @param {Booked[]} booked */
function show(booked) {
  byId("calendar-rows").replaceChildren(
    ...booked.map((row) =>
      h("li", {}, `${new Date(row.slot.starts_at).toLocaleString()} · ${row.kind.replaceAll("_", " ")} · ${row.name}`),
    ),
  );
  byId("calendar-none").hidden = booked.length > 0;
}
