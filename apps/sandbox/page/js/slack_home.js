/** The app's home in Slack: what the app published for the person who looks, drawn as its cards are. */

import { api } from "./api.js";
import { drawBlocks, stateOf } from "./block_kit.js";
import { clicked } from "./dialogs.js";
import { byId, h } from "./dom.js";
import { poll } from "./poll.js";

/** @typedef {import('./block_kit.js').Press} Press */
/** @typedef {import('./types.js').SlackView} SlackView */

export const HOME = "home";

export function homeTab() {
  return h(
    "button",
    { type: "button", role: "tab", id: "slack-tab-home", "aria-controls": "slack-home", "data-name": HOME, "data-testid": "slack-home-tab" },
    h("span", { class: "slack-home-mark", "aria-hidden": "true" }, "H"),
    "Handrail",
  );
}

/**
 * @param {{names: import('./mrkdwn.js').Names, user: () => string, goes: (address: string) => boolean,
 *          opened: (user: string) => Promise<void>}} here opened: looks for a modal that a click may have opened
 * @returns {{show: (on: boolean) => void, asked: () => void}} asked: another person looks
 */
export function startHome(here) {
  const box = byId("slack-home");
  let shown = false;
  let print = "";

  async function read() {
    const { home } = await api.views(here.user());
    const next = JSON.stringify([here.user(), home?.id, home?.hash]);
    if (next === print) return;
    print = next;
    draw(home);
  }

  /** @param {SlackView|null|undefined} home */
  function draw(home) {
    const surface = {
      names: here.names,
      goes: here.goes,
      press: (/** @type {Press} */ press, /** @type {HTMLElement} */ from) => home && void pressed(home, press, from),
    };
    const place = box.scrollTop;
    box.replaceChildren(
      ...(home ? drawBlocks(home.blocks ?? [], surface) : [h("p", { class: "empty" }, "The app has shown nothing yet.")]),
    );
    box.scrollTop = place;
  }

  /** @param {SlackView} home @param {Press} press @param {HTMLElement} from */
  async function pressed(home, press, from) {
    const user = here.user();
    await clicked(press, from, here.names, async (click) => {
      await api.clickView({ view_id: home.id, user_id: user, ...click, state_values: stateOf(box) });
      void here.opened(user);
    });
    await reading.now();
  }

  const reading = poll(read, { every: 800, when: () => shown });
  const asked = () => {
    if (!shown) return;
    api.openHome(here.user()).catch(() => undefined);
    void reading.now();
  };
  return {
    show: (on) => {
      shown = on;
      box.hidden = !on;
      byId("slack-scroll").hidden = on;
      byId("slack-composer").hidden = on;
      asked();
    },
    asked,
  };
}
