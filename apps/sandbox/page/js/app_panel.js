/** One place of the helpdesk in which an app is opened: its frame, and what is said while there is none. */

import { ApiError } from "./api.js";
import { byId, say } from "./dom.js";
import { ZafHost } from "./zaf_host.js";

/**
 * @typedef {{url: string, token: string, app_guid: string}} Opening
 * @typedef {{panel: string, holder: string, status: string, frame: string}} Names the data-testids of its parts
 */

const SLOW_MS = 8000;

export class AppPanel {
  /**
   * @param {Names} names
   * @param {string} title of the frame
   * @param {import('./zaf_host.js').Desk} desk
   */
  constructor(names, title, desk) {
    this.panel = byId(names.panel);
    this.status = byId(names.status);
    this.title = title;
    this.turn = 0;
    this.host = new ZafHost(byId(names.holder), desk, {
      frame: names.frame,
      onReady: () => void (this.panel.dataset.state = "ready"),
    });
  }

  shut() {
    this.turn += 1;
    this.host.close();
    this.panel.dataset.state = "shut";
  }

  /**
   * Open the app anew, with a token of its own. Whoever opens it again meanwhile has the last word.
   *
   * @param {() => Promise<Opening>} ask
   * @param {(opening: Opening) => import('./zaf_host.js').Registration} registration
   */
  async open(ask, registration) {
    this.shut();
    const mine = this.turn;
    this.panel.dataset.state = "opening";
    say(this.status, "Opening Handrail…");
    try {
      const opening = await ask();
      if (mine !== this.turn) return;
      this.host.open(opening, registration(opening), this.title);
      setTimeout(() => this.slow(mine), SLOW_MS);
    } catch (error) {
      if (mine !== this.turn) return;
      this.panel.dataset.state = "failed";
      say(this.status, `The app could not be opened: ${/** @type {Error} */ (error).message}`);
      if (!(error instanceof ApiError)) throw error;
    }
  }

  /** @param {number} mine */
  slow(mine) {
    if (mine !== this.turn || this.panel.dataset.state !== "opening") return;
    say(this.status, "Handrail has not answered yet. Is its web process running?");
  }
}

/**
 * What the framework tells an app about where it is.
 *
 * @param {string} where one of the framework's locations
 * @param {Opening} opening
 * @param {Record<string, unknown>} [more]
 * @returns {import('./zaf_host.js').Registration}
 */
export function registration(where, opening, more = {}) {
  return {
    context: {
      product: "support",
      location: where,
      instanceGuid: opening.app_guid,
      host: "zendesk",
      hostOrigin: location.origin,
      account: { subdomain: "larkfield" },
      ...more,
    },
    metadata: { appId: 1, installationId: 2, name: "Handrail", settings: { title: "Handrail" } },
  };
}
