/** Telephone calls: the customer's end, where one types what one says, and the agent's telephone that rings. */

import { api } from "./api.js";
import { byId, followEnd, h, keyed, say } from "./dom.js";
import { poll } from "./poll.js";
import { stage, toast } from "./stage.js";
import { full, toTheSecond } from "./time.js";

/** @typedef {{who: string, text: string, at: string, language: string}} Spoken */
/**
 * @typedef {{sid: string, from: string, status: string, listening: string, ringing: string, bridged: boolean,
 *   error: string, ended_at: string|null, spoken: Spoken[]}} Call
 */

const KEYS = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "*", "0", "#"];
const COUNTRIES = { "+44": "GB", "+49": "DE", "+43": "AT", "+34": "ES", "+33": "FR", "+351": "PT", "+55": "BR", "+81": "JP", "+1": "US" };
const WHO = { company: "Larkfield", caller: "You", agent: "Agent", whisper: "Only the agent hears" };

/** @type {string} the call that the customer's phone shows */
let mine = "";
/** @type {Call|null} */
let shown = null;
/** @type {string} the call at the agent's telephone */
let theirs = "";

/** @param {() => boolean} inView @returns {{now: () => Promise<void>}} */
export function startCall(inView) {
  const own = poll(readMine, { every: 700, when: inView });
  const desk = poll(readDesk, { every: 1000 });
  byId("call-keys").append(...KEYS.map((key) => h("button", { type: "button", "data-key": key, disabled: true }, key)));
  byId("call-dial").addEventListener("click", () => void dial(own));
  byId("call-end").addEventListener("click", () => void act("caller", { do: "hang_up" }, own));
  byId("call-silence").addEventListener("click", () => void act("caller", { do: "silence" }, own));
  byId("call-keys").addEventListener("click", (event) => {
    const key = /** @type {Element} */ (event.target).closest("[data-key]");
    if (key instanceof HTMLElement) void act("caller", { do: "press", text: key.dataset.key }, own);
  });
  listenToWords("call-form", "call-words", (text) => act("caller", { do: "say", text }, own));
  byId("desk-phone-answer").addEventListener("click", () => void act("agent", { do: "answer" }, desk));
  byId("desk-phone-take").addEventListener("click", () => void act("agent", { do: "press", text: "1" }, desk));
  byId("desk-phone-end").addEventListener("click", () => void act("agent", { do: "hang_up" }, desk));
  listenToWords("desk-phone-form", "desk-phone-words", (text) => act("agent", { do: "say", text }, desk));
  stage.customer.onChange(() => {
    mine = "";
    shown = null;
    drawMine();
  });
  return own;
}

/** @param {string} form @param {string} field @param {(text: string) => Promise<void>} speak */
function listenToWords(form, field, speak) {
  byId(form).addEventListener("submit", (event) => {
    event.preventDefault();
    const input = /** @type {HTMLInputElement} */ (byId(field));
    const text = input.value.trim();
    if (!text) return;
    input.value = "";
    void speak(text);
  });
}

/** @param {{now: () => Promise<void>}} own */
async function dial(own) {
  const number = stage.customer.get()?.phone ?? "";
  const withheld = /** @type {HTMLInputElement} */ (byId("call-withheld")).checked;
  if (!number && !withheld) return;
  const code = Object.keys(COUNTRIES).find((prefix) => number.startsWith(prefix));
  try {
    const call = await api.ring({
      from: number,
      withheld,
      country: COUNTRIES[/** @type {keyof typeof COUNTRIES} */ (code)] ?? "",
    });
    mine = call.sid;
  } catch (error) {
    toast(/** @type {Error} */ (error).message, "error");
  }
  void own.now();
}

/** @param {'caller'|'agent'} who @param {{do: string, text?: string}} wish @param {{now: () => Promise<void>}} view */
async function act(who, wish, view) {
  const sid = who === "caller" ? mine : theirs;
  if (!sid) return;
  try {
    await api.inCall(sid, who, wish);
  } catch (error) {
    toast(/** @type {Error} */ (error).message, "error");
  }
  void view.now();
}

async function readMine() {
  const asked = mine;
  if (!asked) {
    // A page that was loaded anew finds the call that goes on.
    const { calls } = await api.liveCalls();
    mine = calls.find((/** @type {Call} */ each) => each.from === stage.customer.get()?.phone)?.sid ?? "";
    return drawMine();
  }
  const call = await api.phoneCall(asked);
  if (asked !== mine) return;
  shown = call;
  drawMine();
}

function drawMine() {
  const live = shown !== null && !shown.ended_at;
  say(byId("call-state"), stateOf(shown));
  byId("call-dial").hidden = live;
  byId("call-end").hidden = !live;
  const may = live && (shown?.listening === "caller" || shown?.listening === "both");
  for (const id of ["call-words", "call-say", "call-silence"]) {
    /** @type {HTMLInputElement} */ (byId(id)).disabled = !may;
  }
  byId("call-keys").querySelectorAll("button").forEach((key) => (key.disabled = !may));
  const heard = (shown?.spoken ?? []).filter((line) => line.who !== "whisper");
  byId("call-empty").hidden = heard.length > 0;
  followEnd(byId("call-scroll"), () => drawLines("call-spoken", heard));
}

/** @param {Call|null} call */
function stateOf(call) {
  if (!call) return "Not in a call";
  if (call.error) return `Ended: ${call.error}`;
  if (call.ended_at) return "The call is over";
  if (call.bridged) return "Speaking with a person";
  if (call.ringing) return "A person's telephone rings";
  return call.listening === "caller" ? "Listens to you" : "Please wait";
}

async function readDesk() {
  const { calls } = await api.liveCalls();
  const call = calls.find((/** @type {Call} */ each) => each.ringing) ?? null;
  theirs = call?.sid ?? "";
  byId("desk-phone").hidden = !call;
  if (!call) return;
  byId("desk-phone").dataset.ringing = String(!call.bridged && call.listening !== "agent");
  say(byId("desk-phone-state"), call.bridged ? "In a call" : call.listening === "agent" ? "Press 1 to take it" : "Rings");
  say(byId("desk-phone-number"), `${call.ringing}, from ${call.from}`);
  byId("desk-phone-answer").hidden = call.bridged || call.listening === "agent";
  byId("desk-phone-take").hidden = call.listening !== "agent";
  byId("desk-phone-words").hidden = byId("desk-phone-say").hidden = !call.bridged;
  const first = call.spoken.findIndex((/** @type {Spoken} */ line) => line.who === "whisper");
  followEnd(byId("desk-phone-spoken"), () => drawLines("desk-phone-spoken", first < 0 ? [] : call.spoken.slice(first)));
}

/** @param {string} list @param {Spoken[]} lines */
function drawLines(list, lines) {
  keyed(byId(list), lines, (line) => `${line.at}${line.who}${line.text}`, drawLine);
}

/** @param {Spoken} line */
const drawLine = (line) =>
  h(
    "li",
    { class: `call-line call-${line.who}`, lang: line.language || null },
    h("span", { class: "call-who" }, WHO[/** @type {keyof typeof WHO} */ (line.who)] ?? line.who),
    h("span", { class: "call-text" }, line.text),
    h("time", { title: full(line.at) }, toTheSecond(line.at)),
  );
