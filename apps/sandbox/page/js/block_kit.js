/**
 * Slack's Block Kit as nodes: the blocks and elements a care team's cards use. What it cannot draw it names, so that a
 * card is never silently poorer than what was sent.
 */

import { h } from "./dom.js";
import { withEmoji } from "./emoji.js";
import { mrkdwn, safeAddress, unescape } from "./mrkdwn.js";

/** @typedef {import('./types.js').Block} Block */
/** @typedef {import('./dom.js').Child} Child */
/**
 * @typedef {{action_id: string, block_id: string, type: string, value?: string, selected_option?: any,
 *            confirm?: Block}} Press
 */
/**
 * @typedef {{names: import('./mrkdwn.js').Names, press: (press: Press, from: HTMLElement) => void,
 *            goes?: (address: string) => boolean}} Surface goes: whether an address was shown here, in this window
 */

/** A text object, or nothing. @param {Block|undefined|null} text @param {Surface} surface @returns {Child[]} */
export function textOf(text, surface) {
  if (!text) return [];
  return text.type === "mrkdwn" ? mrkdwn(String(text.text ?? ""), surface.names) : withEmoji(plainOf(text));
}

/** A text object as a plain string. @param {Block|undefined|null} text */
export function plainOf(text) {
  return unescape(String(text?.text ?? ""));
}

/** @type {Record<string, (block: Block, surface: Surface) => HTMLElement>} */
const BLOCKS = {
  header: (block) => h("h3", { class: "bk-header" }, withEmoji(plainOf(block.text))),
  divider: () => h("hr", { class: "bk-divider" }),
  section: (block, surface) =>
    h(
      "div",
      { class: "bk-section" },
      h(
        "div",
        { class: "bk-section-text" },
        block.text ? h("div", { class: "bk-text" }, textOf(block.text, surface)) : null,
        block.fields
          ? h(
              "div",
              { class: "bk-fields" },
              block.fields.map((/** @type {Block} */ field) => h("div", { class: "bk-field" }, textOf(field, surface))),
            )
          : null,
      ),
      block.accessory ? h("div", { class: "bk-accessory" }, element(block.accessory, block, surface)) : null,
    ),
  context: (block, surface) =>
    h(
      "div",
      { class: "bk-context" },
      (block.elements ?? []).map((/** @type {Block} */ piece) =>
        piece.type === "image" ? element(piece, block, surface) : h("span", {}, textOf(piece, surface)),
      ),
    ),
  actions: (block, surface) =>
    h(
      "div",
      { class: "bk-actions", role: "group" },
      (block.elements ?? []).map((/** @type {Block} */ piece) => element(piece, block, surface)),
    ),
  input: (block, surface) => {
    const control = element(block.element, block, surface);
    const id = `bk-${block.block_id ?? block.element?.action_id}-${Math.random().toString(36).slice(2, 8)}`;
    control.id = id;
    return h(
      "div",
      { class: "bk-input" },
      h(
        "label",
        { for: id },
        plainOf(block.label),
        block.optional ? h("span", { class: "bk-optional" }, " (optional)") : null,
      ),
      control,
      block.hint ? h("p", { class: "bk-hint" }, plainOf(block.hint)) : null,
      h("p", { class: "bk-error", role: "alert", hidden: true }),
    );
  },
  image: (block, surface) => element(block, block, surface),
  rich_text: (block) => h("div", { class: "bk-text" }, richPieces(block.elements ?? [])),
};

/** @type {Record<string, (piece: Block, block: Block, surface: Surface) => HTMLElement>} */
const ELEMENTS = {
  button: (piece, block, surface) => {
    const look = piece.style ? ` bk-button-${piece.style}` : "";
    const address = piece.url ? safeAddress(piece.url) : null;
    return h(
      "button",
      {
        type: "button",
        class: `bk-button${look}`,
        "data-testid": `slack-action-${piece.action_id}`,
        "aria-label": piece.accessibility_label,
        onclick: (/** @type {MouseEvent} */ event) => {
          if (address && !surface.goes?.(address)) window.open(address, "_blank", "noopener");
          const press = {
            action_id: piece.action_id,
            block_id: block.block_id,
            type: "button",
            value: piece.value,
            confirm: piece.confirm,
          };
          surface.press(press, /** @type {HTMLElement} */ (event.currentTarget));
        },
      },
      withEmoji(plainOf(piece.text)),
    );
  },
  static_select: (piece, block, surface) => select(piece, block, surface),
  overflow: (piece, block, surface) => select(piece, block, surface),
  radio_buttons: (piece, block, surface) => select(piece, block, surface),
  plain_text_input: (piece, block, surface) => {
    const shape = {
      class: "bk-control",
      "data-action-id": piece.action_id,
      "data-type": piece.type,
      placeholder: plainOf(piece.placeholder),
      maxlength: piece.max_length,
      "data-testid": `slack-input-${piece.action_id}`,
    };
    const control = piece.multiline ? h("textarea", { ...shape, rows: 6 }) : h("input", { ...shape, type: "text" });
    control.value = piece.initial_value ?? "";
    if (block.dispatch_action) {
      control.addEventListener("keydown", (/** @type {Event} */ event) => {
        if (!(event instanceof KeyboardEvent) || event.key !== "Enter" || event.shiftKey || event.isComposing) return;
        event.preventDefault();
        const press = { action_id: piece.action_id, block_id: block.block_id, type: piece.type, value: control.value };
        surface.press(press, control);
      });
    }
    return control;
  },
  image: (piece) =>
    h(
      "span",
      { class: "bk-image", role: "img", "aria-label": piece.alt_text ?? "image" },
      `🖼 ${piece.alt_text ?? "image"}`,
    ),
};

/** @param {Block} piece @param {Block} block @param {Surface} surface */
function select(piece, block, surface) {
  /** @type {Block[]} */
  const options =
    piece.options ?? (piece.option_groups ?? []).flatMap((/** @type {Block} */ group) => group.options ?? []);
  const first =
    piece.type === "static_select" || piece.type === "overflow"
      ? [h("option", { value: "" }, piece.placeholder ? plainOf(piece.placeholder) : "Choose…")]
      : [];
  const control = h(
    "select",
    {
      class: "bk-control bk-select",
      "data-action-id": piece.action_id,
      "data-type": piece.type,
      "data-testid": `slack-action-${piece.action_id}`,
      "aria-label": plainOf(piece.placeholder) || piece.action_id,
    },
    first,
    options.map((option) => h("option", { value: option.value }, plainOf(option.text))),
  );
  control.value = piece.initial_option?.value ?? (first.length ? "" : (options[0]?.value ?? ""));
  // The chosen option goes back whole, as Slack sends it.
  const chosen = () => options.find((option) => option.value === control.value) ?? null;
  Object.assign(control, { chosen });
  if (block.type !== "input") {
    control.addEventListener("change", () =>
      surface.press(
        {
          action_id: piece.action_id,
          block_id: block.block_id,
          type: piece.type,
          value: control.value,
          selected_option: chosen(),
          confirm: piece.confirm,
        },
        control,
      ),
    );
  }
  return control;
}

/** @param {Block} piece @param {Block} block @param {Surface} surface @returns {HTMLElement} */
function element(piece, block, surface) {
  const draw = ELEMENTS[piece?.type];
  return draw
    ? draw(piece, block, surface)
    : h("span", { class: "bk-unknown" }, `[${piece?.type ?? "element"}: not drawn here]`);
}

/** @param {Block[]} pieces @returns {Child[]} */
function richPieces(pieces) {
  return pieces.flatMap((piece) => {
    if (piece.type === "text") return [styled(piece)];
    if (piece.type === "link") return mrkdwn(`<${piece.url}|${piece.text ?? piece.url}>`);
    if (piece.type === "emoji") return withEmoji(`:${piece.name}:`);
    if (piece.type === "rich_text_list") {
      return [
        h(
          piece.style === "ordered" ? "ol" : "ul",
          {},
          piece.elements.map((/** @type {Block} */ item) => h("li", {}, richPieces(item.elements))),
        ),
      ];
    }
    if (piece.type === "rich_text_quote") return [h("blockquote", {}, richPieces(piece.elements))];
    if (piece.type === "rich_text_preformatted") return [h("pre", {}, richPieces(piece.elements))];
    return piece.elements ? [h("div", {}, richPieces(piece.elements))] : [];
  });
}

/** @param {Block} piece @returns {Child} */
function styled(piece) {
  const { bold, italic, strike, code } = piece.style ?? {};
  /** @type {Child} */
  let node = piece.text;
  if (code) node = h("code", {}, node);
  if (bold) node = h("strong", {}, node);
  if (italic) node = h("em", {}, node);
  if (strike) node = h("s", {}, node);
  return node;
}

/** @param {Block[]} blocks @param {Surface} surface @returns {HTMLElement[]} */
export function drawBlocks(blocks, surface) {
  return blocks.map((block, index) => {
    const draw = BLOCKS[block.type];
    const numbered = { ...block, block_id: block.block_id ?? `b${index}` };
    const node = draw ? draw(numbered, surface) : h("p", { class: "bk-unknown" }, `[${block.type}: not drawn here]`);
    node.dataset.blockId = numbered.block_id;
    return node;
  });
}

/**
 * What stands in a surface's inputs, in the shape of Slack's `state.values`.
 *
 * @param {HTMLElement} root
 * @returns {Record<string, Record<string, unknown>>}
 */
export function stateOf(root) {
  /** @type {Record<string, Record<string, unknown>>} */
  const values = {};
  for (const control of root.querySelectorAll("[data-action-id]")) {
    const { actionId = "", type = "" } = /** @type {HTMLElement} */ (control).dataset;
    const block = /** @type {HTMLElement|null} */ (control.closest("[data-block-id]"))?.dataset.blockId ?? actionId;
    const chosen = /** @type {any} */ (control).chosen;
    const state = chosen
      ? { type, selected_option: chosen() }
      : { type, value: /** @type {HTMLInputElement} */ (control).value || null };
    (values[block] ??= {})[actionId] = state;
  }
  return values;
}
