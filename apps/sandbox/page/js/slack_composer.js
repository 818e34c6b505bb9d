/** The field under a channel: words for everybody in it, or a slash command for an app. */

import { api, ApiError } from "./api.js";
import { byId } from "./dom.js";
import { toast } from "./stage.js";

/**
 * @param {{channel: () => string, user: () => string, said: () => void}} here said: called after something was sent
 */
export function startComposer(here) {
  const form = /** @type {HTMLFormElement} */ (byId("slack-composer"));
  const field = /** @type {HTMLInputElement} */ (byId("slack-say"));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const text = field.value.trim();
    if (!text) return;
    field.value = "";
    try {
      if (text.startsWith("/")) await api.command(here.channel(), here.user(), text);
      else await api.sayInSlack(here.channel(), here.user(), text);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      field.value = text;
      toast(`Slack could not deliver it: ${error.message}`, "error");
    }
    here.said();
  });
}
