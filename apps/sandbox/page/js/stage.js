/** What the panels share: who plays whom, which ticket is open. A change is told to everybody who asked. */

/**
 * @template T
 * @param {T} value
 */
function shared(value) {
  /** @type {((value: T) => void)[]} */
  const listeners = [];
  return {
    get: () => value,
    /** @param {T} next */
    set(next) {
      if (next === value) return;
      value = next;
      listeners.forEach((listener) => listener(next));
    },
    /** @param {(value: T) => void} listener */
    onChange: (listener) => void listeners.push(listener),
  };
}

/** @typedef {import('./types.js').Person} Person */
/** @typedef {import('./types.js').Agent} Agent */
/** @typedef {import('./types.js').Ticket} Ticket */

export const stage = {
  /** @type {Person[]} */
  people: [],
  /** @type {Agent[]} */
  agents: [],
  customer: shared(/** @type {Person|null} */ (null)),
  agent: shared(/** @type {Agent|null} */ (null)),
  ticketId: shared(/** @type {string|null} */ (null)),
  ticket: shared(/** @type {Ticket|null} */ (null)),
  /** The language that the agent has chosen in the helpdesk. */
  locale: shared("en-GB"),
  /** The helpdesk's colours. */
  scheme: shared(/** @type {'light'|'dark'} */ ("light")),
};

/** @typedef {'customer'|'agent'|'supervisor'|'admin'} Role */

/** Where one role at a time is in view; the same width as in the style sheets. */
export const SMALL = "(max-width: 1099px)";

/**
 * Bring a role's panel to the front; on wide screens all are in view and only the accent moves.
 *
 * @param {Role} role
 */
export function show(role) {
  document.body.dataset.role = role;
  // On middling screens the phone and Slack share a column: the last one asked for is in view.
  if (role === "customer" || role === "supervisor") document.body.dataset.side = role;
  document.dispatchEvent(new CustomEvent("role", { detail: role }));
}

/**
 * A line at the edge of the screen that goes away by itself.
 *
 * @param {string} text
 * @param {'notice'|'error'|'alert'} [kind]
 */
export function toast(text, kind = "notice") {
  const shelf = document.querySelector('[data-testid="toasts"]');
  const item = document.createElement("p");
  item.className = `toast toast-${kind}`;
  item.textContent = text;
  item.dataset.testid = "toast";
  while (shelf && shelf.childElementCount > 1) shelf.firstElementChild?.remove();
  shelf?.append(item);
  setTimeout(() => item.remove(), kind === "notice" ? 4500 : 8000);
}
