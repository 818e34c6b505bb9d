/** Times as people read them. */

const CLOCK = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });
const CLOCK_SECONDS = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit" });
const CLOCK_UTC = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", timeZone: "UTC" });
const DAY = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short" });
const FULL = new Intl.DateTimeFormat("en-GB", { dateStyle: "full", timeStyle: "medium" });

/**
 * A Slack ts ("1763712000.000100"), seconds or an ISO time, as a Date; null when it is neither.
 *
 * @param {string|number|null|undefined} at
 * @returns {Date|null}
 */
export function moment(at) {
  if (at === null || at === undefined || at === "") return null;
  const seconds = typeof at === "number" || /^\d+(\.\d+)?$/.test(at) ? Number(at) : NaN;
  const date = Number.isNaN(seconds) ? new Date(at) : new Date(seconds * 1000);
  return Number.isNaN(date.getTime()) ? null : date;
}

/** Today: the clock; before: the day. @param {string|number|null|undefined} at */
export function short(at) {
  const date = moment(at);
  if (!date) return "";
  return date.toDateString() === new Date().toDateString() ? CLOCK.format(date) : DAY.format(date);
}

/** Day (unless today) and clock, for a line of conversation. @param {string|number|null|undefined} at */
export function stamp(at) {
  const date = moment(at);
  if (!date) return "";
  const clock = CLOCK.format(date);
  return date.toDateString() === new Date().toDateString() ? clock : `${DAY.format(date)}, ${clock}`;
}

/** @param {string|number|null|undefined} at */
export function toTheSecond(at) {
  const date = moment(at);
  return date ? CLOCK_SECONDS.format(date) : "";
}

/** @param {string|number|null|undefined} at */
export function full(at) {
  const date = moment(at);
  return date ? FULL.format(date) : "";
}

const WEEKDAY = new Intl.DateTimeFormat("en-GB", { weekday: "long", day: "numeric", month: "long", year: "numeric" });
const LONG = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "long", year: "numeric" });
const SHORT = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", year: "numeric" });
const DAY_MS = 86_400_000;

/** "today", "yesterday", "tomorrow", or the day. @param {Date} date @param {Intl.DateTimeFormat} format */
function pretty(date, format) {
  const midnight = (/** @type {Date} */ day) => new Date(day.getFullYear(), day.getMonth(), day.getDate()).getTime();
  const away = Math.round((midnight(date) - midnight(new Date())) / DAY_MS);
  return { "-1": "yesterday", 0: "today", 1: "tomorrow" }[away] ?? format.format(date);
}

/**
 * Slack's date tokens, filled in on this machine's clock; empty when the seconds are none.
 *
 * @param {number} seconds
 * @param {string} format such as "{date_short_pretty} at {time}"
 */
export function slackDate(seconds, format) {
  if (!Number.isFinite(seconds)) return "";
  const date = new Date(seconds * 1000);
  /** @type {Record<string, () => string>} */
  const tokens = {
    date: () => LONG.format(date),
    date_num: () => date.toISOString().slice(0, 10),
    date_short: () => SHORT.format(date),
    date_long: () => WEEKDAY.format(date),
    date_pretty: () => pretty(date, LONG),
    date_short_pretty: () => pretty(date, SHORT),
    date_long_pretty: () => pretty(date, WEEKDAY),
    time: () => CLOCK.format(date),
    time_secs: () => CLOCK_SECONDS.format(date),
  };
  return format.replaceAll(/\{(\w+)\}/g, (whole, name) => tokens[name]?.() ?? whole);
}

/** @param {Date} date */
export const clock = (date) => CLOCK.format(date);

/** @param {Date} date */
export const clockUtc = (date) => `${CLOCK_UTC.format(date)} UTC`;
