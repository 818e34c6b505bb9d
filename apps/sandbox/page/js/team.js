/** The team: agents who answer customers with Handrail's drafts and change them alike, and what is proposed because of it. */

import { api, ApiError } from "./api.js";
import { byId, h, keyed, say } from "./dom.js";
import { openTicket } from "./helpdesk.js";
import { poll } from "./poll.js";
import { show, toast } from "./stage.js";

/** @typedef {{ticket: string, subject: string, agent: string, did: string}} Answered */
/** @typedef {{on: boolean, state?: 'free'|'playing'|'looking'|'done', of?: number, answered?: Answered[], proposed?: string[]}} Board */

/** @type {Board} */
let board = { on: false };
let wished = false;

/** @param {() => boolean} inView @returns {{now: () => Promise<void>}} */
export function startTeam(inView) {
  const reading = poll(
    async () => {
      board = await api.team();
      if (busy()) wished = false;
      draw();
    },
    { when: inView },
  );
  byId("team-begin").addEventListener("click", () => void begin(reading));
  byId("team-rows").addEventListener("click", (event) => {
    const row = /** @type {Element} */ (event.target).closest("[data-ticket]");
    if (!(row instanceof HTMLElement)) return;
    show("agent");
    openTicket(row.dataset.ticket ?? null);
  });
  return reading;
}

const busy = () => board.state === "playing" || board.state === "looking";

/** @param {{now: () => Promise<void>}} reading */
async function begin(reading) {
  wished = true;
  draw();
  try {
    await api.teamWish();
  } catch (error) {
    wished = false;
    if (!(error instanceof ApiError)) throw error;
    toast(error.message, "error");
  }
  await reading.now();
}

function draw() {
  const { answered = [], proposed = [], of = 0 } = board;
  /** @type {HTMLButtonElement} */ (byId("team-begin")).disabled = !board.on || busy() || wished;
  say(byId("team-word"), word(answered.length, of, proposed.length));
  keyed(byId("team-rows"), [...answered].reverse(), (row) => row.ticket, drawRow);
  byId("team-table").hidden = answered.length === 0;
  byId("team-proposed").replaceChildren(...proposed.map((title) => h("li", {}, title)));
}

/** @param {number} answered @param {number} of @param {number} proposed */
function word(answered, of, proposed) {
  if (!board.on) return "The team is not here: it comes with “make demo”.";
  if (board.state === "looking") return "All are answered. Handrail looks for what was changed alike, as it does every night.";
  if (board.state === "playing") return `${answered} of ${of} are answered.`;
  if (wished) return "They begin.";
  if (board.state !== "done") return "";
  const found = proposed === 1 ? "One proposal" : `${proposed} proposals`;
  return `${answered} of ${of} are answered. ${found}: decide on them under Handrail, Proposals, in the helpdesk's navigation.`;
}

/** @param {Answered} row */
function drawRow(row) {
  const link = h("button", { class: "link", type: "button", "data-ticket": row.ticket }, `#${row.ticket} ${row.subject}`);
  return h("tr", {}, h("td", {}, link), h("td", {}, row.agent), h("td", {}, row.did));
}
