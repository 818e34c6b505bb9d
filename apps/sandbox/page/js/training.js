/** Exercises at the top of the page, when a coach has hung some out. Nothing is judged here: the coach looks itself. */

import { api, ApiError } from "./api.js";
import { byId, h, keyed, say } from "./dom.js";
import { openTicket } from "./helpdesk.js";
import { poll } from "./poll.js";
import { show, stage, toast } from "./stage.js";

/** @typedef {{id: string, title: string, task: string, minutes: number}} Exercise */
/** @typedef {{says: string, passed: boolean|null, because: string}} Checked null: nobody can tell */
/**
 * @typedef {{exercise: string, agent_id: string, ticket_id: string, began_at: string, state: string, word: string,
 *   seconds?: number, checks?: Checked[], good?: string, then?: Checked[], fate?: string}} Sitting
 */
/** @typedef {{on: boolean, exercises?: Exercise[], sittings?: Sitting[], scores?: {agent_id: string, exercise: string, score: string}[]}} Board */

/** @type {Board} */
let board = { on: false };
/** @type {string|null} */
let chosen = null;
/** Wishes that the coach has not met yet, by exercise. @type {Map<string, string>} */
const wished = new Map();
/** Results that were shown already, so that a page loaded anew does not show them again. @type {Set<string>} */
const shown = new Set();
let first = true;

export function startTraining() {
  const seen = poll(async () => {
    board = await api.training();
    draw();
  });
  byId("training-list").addEventListener("click", (event) => {
    const button = /** @type {Element} */ (event.target).closest("[data-exercise]");
    if (!(button instanceof HTMLElement)) return;
    chosen = button.dataset.exercise ?? null;
    draw();
  });
  byId("training-act").addEventListener("click", () => void act(seen));
  byId("training-ticket").addEventListener("click", () => {
    const now = sitting();
    if (now) toTicket(now);
  });
  stage.agent.onChange(draw);
}

/** @returns {Sitting|undefined} what the agent who is signed in does at the chosen exercise */
function sitting() {
  const agent = stage.agent.get()?.id;
  return board.sittings?.find((each) => each.exercise === chosen && each.agent_id === agent);
}

/** @param {Sitting} now */
function toTicket(now) {
  show("agent");
  openTicket(now.ticket_id);
}

/** @param {{now: () => Promise<void>}} seen */
async function act(seen) {
  const agent = stage.agent.get();
  if (!chosen || !agent) return;
  const kind = sitting()?.state === "ready" ? "done" : "begin";
  wished.set(key(chosen, agent.id), kind);
  draw();
  try {
    await api.trainingWish(kind, chosen, agent.id);
  } catch (error) {
    wished.delete(key(chosen, agent.id));
    if (error instanceof ApiError) toast(error.message, "error");
    else throw error;
  }
  await seen.now();
}

/** @param {string} exercise @param {string} agent */
const key = (exercise, agent) => `${exercise}/${agent}`;

function draw() {
  byId("training").hidden = !board.on;
  document.body.classList.toggle("training-on", board.on);
  if (!board.on) return;
  const agent = stage.agent.get()?.id ?? "";
  for (const each of board.sittings ?? []) met(each);
  chosen ??= board.exercises?.[0]?.id ?? null;
  const rows = (board.exercises ?? []).map((each) => ({ ...each, ...stateOf(each.id, agent), here: each.id === chosen }));
  keyed(byId("training-list"), rows, (row) => row.id, drawRow);
  drawNow(agent);
  first = false;
}

/**
 * A wish is met when the coach has moved the sitting on; who is done is shown how it went, once.
 *
 * @param {Sitting} each
 */
function met(each) {
  const place = key(each.exercise, each.agent_id);
  const wish = wished.get(place);
  if (wish === "begin" && each.state !== "done") wished.delete(place);
  if (wish === "done" && (each.state === "done" || each.word)) wished.delete(place);
  const one = `${place}/${each.ticket_id}`;
  if (each.state === "ready" && !shown.has(`${one}/ready`)) {
    shown.add(`${one}/ready`);
    if (!first && each.agent_id === stage.agent.get()?.id) toTicket(each);
  }
  if (each.state !== "done" || shown.has(one)) return;
  shown.add(one);
  if (!first && each.agent_id === stage.agent.get()?.id) drawResult(each);
}

/** @param {string} exercise @param {string} agent */
function stateOf(exercise, agent) {
  const score = board.scores?.find((each) => each.exercise === exercise && each.agent_id === agent)?.score ?? "";
  const [passed, of] = score.split("/");
  return { score, whole: score !== "" && passed === of };
}

/** @param {Exercise & {score: string, whole: boolean, here: boolean}} row */
function drawRow(row) {
  return h(
    "li",
    {},
    h(
      "button",
      {
        type: "button",
        class: "training-row",
        "data-exercise": row.id,
        "data-testid": `training-${row.id}`,
        "aria-current": row.here ? "true" : false,
      },
      h("span", {}, row.title),
      row.score ? h("span", { class: row.whole ? "training-score whole" : "training-score" }, row.score) : "",
    ),
  );
}

/** @param {string} agent */
function drawNow(agent) {
  const exercise = board.exercises?.find((each) => each.id === chosen);
  if (!exercise) return;
  const now = sitting();
  const waits = wished.has(key(exercise.id, agent)) || now?.state === "arriving";
  say(byId("training-task"), exercise.task.replace(/$/m, ` (${exercise.minutes} min)`)); // behind its first line
  say(byId("training-word"), waits ? (now?.state === "ready" ? "Looking at what you did …" : "The mail is on its way …") : (now?.word ?? ""));
  const button = /** @type {HTMLButtonElement} */ (byId("training-act"));
  button.hidden = false;
  button.disabled = waits;
  say(button, now?.state === "ready" ? "I am done" : now?.state === "done" ? "Try again" : "Start");
  byId("training-ticket").hidden = !now || now.ticket_id === stage.ticketId.get();
}

/** @param {Sitting} each */
function drawResult(each) {
  const checks = each.checks ?? [];
  const told = checks.filter((check) => check.passed !== null);
  const passed = told.filter((check) => check.passed).length;
  const seconds = Math.round(each.seconds ?? 0);
  const exercise = board.exercises?.find((one) => one.id === each.exercise);
  say(byId("training-result-title"), exercise?.title ?? "");
  const time = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
  say(byId("training-result-sum"), `${passed} of ${told.length}, in ${time} minutes (${exercise?.minutes ?? 0} are plenty)`);
  byId("training-result-checks").replaceChildren(...checks.map(drawCheck));
  say(byId("training-result-good-title"), each.then ? "What was sent then, by the same score" : "What a good answer looked like");
  say(byId("training-result-good"), each.good ?? "");
  say(byId("training-result-fate"), each.fate ?? "");
  byId("training-result-then").replaceChildren(...(each.then ?? []).map(drawCheck));
  const dialog = /** @type {HTMLDialogElement} */ (byId("training-result"));
  if (!dialog.open) dialog.showModal();
}

/** @param {Checked} check */
function drawCheck(check) {
  const [kind, word] = check.passed === null ? ["open", "Nobody can tell: "] : check.passed ? ["passed", "Yes: "] : ["missed", "No: "];
  return h(
    "li",
    { class: kind },
    h("strong", {}, h("span", { class: "sr-only" }, word), check.says),
    check.passed ? "" : h("span", {}, check.because),
  );
}
