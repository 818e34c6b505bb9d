/** Slack's two kinds of dialog: "are you sure?" before a button, and a modal view with inputs. */

import { api, ApiError } from "./api.js";
import { drawBlocks, plainOf, stateOf, textOf } from "./block_kit.js";
import { byId, h } from "./dom.js";
import { toast } from "./stage.js";

/** @typedef {import('./types.js').Block} Block */
/** @typedef {import('./types.js').SlackView} SlackView */
/** @typedef {import('./block_kit.js').Surface} Surface */
/** @typedef {import('./block_kit.js').Press} Press */

/** @returns {HTMLDialogElement} */
const dialog = () => byId("slack-dialog");

/**
 * @param {Block} confirm Slack's confirmation object
 * @param {Surface} surface
 * @returns {Promise<boolean>}
 */
export function confirmed(confirm, surface) {
  return new Promise((settle) => {
    const yes = h(
      "button",
      {
        type: "button",
        class: `bk-button bk-button-${confirm.style ?? "primary"}`,
        "data-testid": "slack-confirm-yes",
      },
      plainOf(confirm.confirm) || "Yes",
    );
    const no = h(
      "button",
      { type: "button", class: "bk-button", "data-testid": "slack-confirm-no" },
      plainOf(confirm.deny) || "Cancel",
    );
    const box = dialog();
    box.replaceChildren(
      h(
        "div",
        { class: "dialog-body" },
        h("h3", { class: "dialog-title" }, plainOf(confirm.title) || "Are you sure?"),
        h("div", { class: "bk-text" }, textOf(confirm.text, surface)),
        h("div", { class: "dialog-foot" }, no, yes),
      ),
    );
    let answer = false;
    yes.addEventListener("click", () => {
      answer = true;
      box.close();
    });
    no.addEventListener("click", () => box.close());
    box.addEventListener("close", () => settle(answer), { once: true });
    box.showModal();
    yes.focus();
  });
}

/**
 * A button is pressed: ask first where it wants that, then tell Slack.
 *
 * @param {Press} press
 * @param {HTMLElement} from
 * @param {import('./mrkdwn.js').Names} names
 * @param {(click: Omit<Press, "confirm">) => Promise<void>} tell
 */
export async function clicked(press, from, names, tell) {
  const { confirm, ...click } = press;
  if (confirm && !(await confirmed(confirm, { names, press: () => {} }))) return;
  from.setAttribute("aria-busy", "true");
  try {
    await tell(click);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    toast(`Slack could not deliver the click: ${error.message}`, "error");
  }
  from.removeAttribute("aria-busy");
}

let openView = "";
/** @type {Set<string>} views that were sent or closed; Slack would not show them again */
const done = new Set();

/**
 * Show a modal view; the same view is not drawn twice.
 *
 * @param {SlackView} view
 * @param {string} user who sees it
 * @param {Surface} surface
 * @param {() => void} settled called after it was sent or closed
 */
export function showView(view, user, surface, settled) {
  const print = JSON.stringify([view.id, view.blocks]);
  const box = dialog();
  if (done.has(view.id) || (box.open && openView === print)) return;
  openView = print;
  const send = h(
    "button",
    { type: "submit", class: "bk-button bk-button-primary", "data-testid": "slack-view-submit" },
    plainOf(view.submit) || "Submit",
  );
  const close = h(
    "button",
    { type: "button", class: "bk-button", "data-testid": "slack-view-close" },
    plainOf(view.close) || "Cancel",
  );
  const form = h(
    "form",
    { class: "dialog-body", novalidate: true },
    h("h3", { class: "dialog-title" }, plainOf(view.title)),
    h("div", { class: "dialog-blocks" }, drawBlocks(view.blocks ?? [], surface)),
    h("div", { class: "dialog-foot" }, close, view.submit === null ? null : send),
  );
  close.addEventListener("click", () => box.close());
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    send.disabled = true;
    const next = await sent(view, user, form);
    send.disabled = false;
    if (next === "close") box.close();
    if (next === "change") settled();
  });
  box.replaceChildren(form);
  // A view that is redrawn in an open dialog is the same dialog to the person: it is closed once.
  if (box.open) return;
  box.addEventListener(
    "close",
    () => {
      openView = "";
      done.add(view.id);
      api.closeView(view.id, user).catch(() => undefined);
      settled();
    },
    { once: true },
  );
  box.showModal();
}

/**
 * @param {SlackView} view
 * @param {string} user
 * @param {HTMLFormElement} form
 * @returns {Promise<'close'|'change'|'stay'>} what becomes of the view
 */
async function sent(view, user, form) {
  try {
    const answer = await api.submitView({ view_id: view.id, user_id: user, state_values: stateOf(form) });
    const said = answer?.answer ?? answer;
    const action = said?.response_action;
    markErrors(form, action === "errors" ? (said.errors ?? {}) : {});
    if (action === "errors") return "stay";
    return action === "update" || action === "push" ? "change" : "close";
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    toast(`Slack could not deliver the form: ${error.message}`, "error");
    return "stay";
  }
}

/** @param {HTMLFormElement} form @param {Record<string, string>} errors by block id */
function markErrors(form, errors) {
  for (const block of form.querySelectorAll("[data-block-id]")) {
    const message = errors[/** @type {HTMLElement} */ (block).dataset.blockId ?? ""];
    const line = /** @type {HTMLElement|null} */ (block.querySelector(".bk-error"));
    if (!line) continue;
    line.textContent = message ?? "";
    line.hidden = !message;
    block.querySelector("[data-action-id]")?.setAttribute("aria-invalid", String(Boolean(message)));
  }
}
