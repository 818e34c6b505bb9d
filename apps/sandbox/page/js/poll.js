/** Asking again and again, politely: one question at a time, none while the page is hidden or the panel is closed. */

import { ApiError } from "./api.js";

const PATIENCE_MS = 4000;

/**
 * @param {() => Promise<void>} ask
 * @param {{every?: number, when?: () => boolean}} [options] every: milliseconds between two questions
 * @returns {{now: () => Promise<void>}} now: ask at once (after a click, say)
 */
export function poll(ask, { every = 1200, when = () => true } = {}) {
  /** @type {ReturnType<typeof setTimeout>|undefined} */
  let timer;
  /** @type {Promise<void>|null} */
  let asking = null;
  let again = false;

  async function turn() {
    clearTimeout(timer);
    let wait = every;
    if (!document.hidden && when()) {
      try {
        await ask();
      } catch (error) {
        // A vendor that is down is part of the play: the page waits and says so elsewhere. A fault of our own must show.
        if (!(error instanceof ApiError)) console.error(error);
        wait = PATIENCE_MS;
      }
    }
    clearTimeout(timer);
    timer = setTimeout(now, wait);
  }

  /** @returns {Promise<void>} */
  function now() {
    if (asking) {
      again = true;
      return asking;
    }
    asking = turn().finally(() => {
      asking = null;
      if (!again) return;
      again = false;
      void now();
    });
    return asking;
  }

  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) void now();
  });
  void now();
  return { now };
}
