/**
 * The page's way of drawing: real nodes, text as text, and lists that change only where their items changed.
 */

/** @typedef {Node|string|number|null|undefined|false} Child */

/**
 * Make an element. Strings become text nodes, so nothing a customer writes is ever read as markup.
 * Attributes starting with "on" take a function; `true` sets an empty attribute, `false` and null leave it out.
 *
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag
 * @param {Record<string, any>} [attributes]
 * @param {...(Child|Child[])} children
 * @returns {HTMLElementTagNameMap[T]}
 */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(name, String(value));
  }
  element.append(...shown(children));
  return element;
}

/** @param {(Child|Child[])[]} children @returns {(Node|string)[]} */
function shown(children) {
  return children
    .flat(Infinity)
    .filter((child) => child !== null && child !== undefined && child !== false && child !== "")
    .map((child) => (child instanceof Node ? child : String(child)));
}

/**
 * The one element with this data-testid; its absence is a fault of the page itself.
 *
 * @template {HTMLElement} [E=HTMLElement]
 * @param {string} testId
 * @returns {E}
 */
export function byId(testId) {
  const element = document.querySelector(`[data-testid="${testId}"]`);
  if (!element) throw new Error(`The page has no "${testId}"`);
  return /** @type {E} */ (element);
}

/** @type {WeakMap<Element, Map<string, {element: HTMLElement, print: string}>>} */
const drawn = new WeakMap();

/**
 * Bring `parent` in line with `items`: rows that did not change are not touched (no flicker, focus and selection
 * stay), changed rows are drawn again, new rows get the class "arrives" unless the list is drawn the first time.
 *
 * @template Item
 * @param {Element} parent
 * @param {Item[]} items
 * @param {(item: Item) => string} key
 * @param {(item: Item) => HTMLElement} draw
 */
export function keyed(parent, items, key, draw) {
  const first = !drawn.has(parent);
  const rows = drawn.get(parent) ?? new Map();
  drawn.set(parent, rows);
  const wanted = new Set(items.map(key));
  for (const [id, row] of rows) {
    if (wanted.has(id)) continue;
    row.element.remove();
    rows.delete(id);
  }
  // Whatever the page itself put before the rows (a table's head) stays before them.
  const managed = new Set([...rows.values()].map((row) => row.element));
  let cursor = [...parent.children].find((child) => managed.has(/** @type {HTMLElement} */ (child))) ?? null;
  for (const item of items) {
    const replaced = rows.get(key(item))?.element;
    const row = fresh(rows, key(item), item, draw, first);
    if (replaced && replaced === cursor) cursor = row;
    if (row === cursor) cursor = cursor.nextElementSibling;
    else parent.insertBefore(row, cursor);
  }
}

/**
 * @template Item
 * @param {Map<string, {element: HTMLElement, print: string}>} rows
 * @param {string} id
 * @param {Item} item
 * @param {(item: Item) => HTMLElement} draw
 * @param {boolean} first
 */
function fresh(rows, id, item, draw, first) {
  const print = JSON.stringify(item);
  const known = rows.get(id);
  if (known?.print === print) return known.element;
  const element = draw(item);
  if (known) swap(known.element, element);
  else if (!first) element.classList.add("arrives");
  rows.set(id, { element, print });
  return element;
}

/**
 * Put `next` where `old` was, without losing the keyboard's place.
 *
 * @param {HTMLElement} old
 * @param {HTMLElement} next
 */
function swap(old, next) {
  const focused = old.contains(document.activeElement) ? document.activeElement : null;
  const place = focused?.getAttribute("data-testid");
  old.replaceWith(next);
  if (!focused) return;
  const heir =
    place && (next.matches(`[data-testid="${place}"]`) ? next : next.querySelector(`[data-testid="${place}"]`));
  const target = /** @type {HTMLElement} */ (heir || next);
  if (target === next && !next.hasAttribute("tabindex")) next.setAttribute("tabindex", "-1");
  target.focus({ preventScroll: true });
}

/**
 * Forget what was drawn, so that the next `keyed` starts clean (another ticket, another person).
 *
 * @param {Element} parent
 */
export function wipe(parent) {
  drawn.delete(parent);
  parent.replaceChildren();
}

/**
 * Set the text only when it differs: writing the same text again drops a reader's selection.
 *
 * @param {Element} element
 * @param {string} text
 */
export function say(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/**
 * Who reads at the end of a window stays there ("pinned") while it grows.
 *
 * @type {WeakMap<HTMLElement, {pinned: boolean, place: number, height: number}>}
 */
const reading = new WeakMap();

/**
 * Run `change` and keep the newest line in view if it was in view before, as chat windows do; also when the window's
 * height changes. Of an item taller than the window the beginning is shown.
 *
 * @param {HTMLElement} scroller
 * @param {() => void} change
 */
export function followEnd(scroller, change) {
  const reader = readerOf(scroller);
  const before = scroller.scrollHeight;
  change();
  if (reader.pinned && scroller.scrollHeight !== before) toEnd(scroller);
}

/** @param {HTMLElement} scroller */
function readerOf(scroller) {
  const known = reading.get(scroller);
  if (known) return known;
  const reader = { pinned: true, place: 0, height: scroller.clientHeight };
  reading.set(scroller, reader);
  scroller.addEventListener("scroll", () => {
    // Neither our own scrolling nor what a resize does to the place is the reader's doing.
    if (Math.abs(scroller.scrollTop - reader.place) < 2 || scroller.clientHeight !== reader.height) return;
    reader.pinned = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < 48;
    reader.place = scroller.scrollTop;
  });
  new ResizeObserver(() => {
    reader.height = scroller.clientHeight;
    if (reader.pinned) toEnd(scroller);
  }).observe(scroller);
  return reader;
}

/** Show the end of a conversation, and stay there. @param {HTMLElement} scroller */
export function toEnd(scroller) {
  const reader = readerOf(scroller);
  const last = scroller.querySelector("ol")?.lastElementChild;
  const tall = last && last.getBoundingClientRect().height > scroller.clientHeight;
  if (tall) scroller.scrollTop += last.getBoundingClientRect().top - scroller.getBoundingClientRect().top;
  else scroller.scrollTop = scroller.scrollHeight;
  reader.pinned = true;
  reader.place = scroller.scrollTop;
}

/**
 * Fill a select with options; the chosen value stays chosen if it is still there.
 *
 * @param {HTMLSelectElement} select
 * @param {{value: string, label: string, group?: string}[]} options
 * @param {string} [chosen]
 */
export function fillSelect(select, options, chosen = select.value) {
  const groups = [...new Set(options.map((option) => option.group ?? ""))];
  const made = (/** @type {string} */ group) =>
    options
      .filter((option) => (option.group ?? "") === group)
      .map((option) => h("option", { value: option.value }, option.label));
  select.replaceChildren(
    ...groups.flatMap((group) => (group ? [h("optgroup", { label: group }, made(group))] : made(group))),
  );
  if (options.some((option) => option.value === chosen)) select.value = chosen;
}

/**
 * Make a row of role="tab" buttons behave as one tab stop with arrow keys.
 *
 * @param {HTMLElement} list
 * @param {(name: string) => void} chosen called with the tab's data-name
 * @returns {(name: string) => void} choose a tab from code
 */
export function tabs(list, chosen) {
  const all = () => /** @type {HTMLElement[]} */ ([...list.querySelectorAll('[role="tab"]')]);
  const choose = (/** @type {string} */ name) => {
    for (const tab of all()) {
      const on = tab.dataset.name === name;
      tab.setAttribute("aria-selected", String(on));
      tab.tabIndex = on ? 0 : -1;
    }
    chosen(name);
  };
  list.addEventListener("click", (event) => {
    const tab = /** @type {Element} */ (event.target).closest('[role="tab"]');
    if (tab instanceof HTMLElement && tab.dataset.name) choose(tab.dataset.name);
  });
  list.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    const from = all().findIndex((tab) => tab === document.activeElement);
    if (!step || from < 0) return;
    event.preventDefault();
    const next = all()[(from + step + all().length) % all().length];
    next.focus();
    choose(next.dataset.name ?? "");
  });
  return choose;
}
