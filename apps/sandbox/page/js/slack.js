/** The supervisor's Slack: channels, messages with their cards, and who is clicking. */

import { api } from "./api.js";
import { drawBlocks, stateOf } from "./block_kit.js";
import { clicked, showView } from "./dialogs.js";
import { byId, fillSelect, followEnd, h, keyed, say, tabs, wipe } from "./dom.js";
import { mrkdwn } from "./mrkdwn.js";
import { poll } from "./poll.js";
import { startComposer } from "./slack_composer.js";
import { HOME, homeTab, startHome } from "./slack_home.js";
import { toast } from "./stage.js";
import { full, moment, stamp } from "./time.js";

/** @typedef {import('./types.js').SlackMessage} SlackMessage */
/** @typedef {import('./types.js').Channel} Channel */
/** @typedef {import('./types.js').SlackUser} SlackUser */
/** @typedef {import('./block_kit.js').Press} Press */

const VIEW_LOOKS = 8;
const VIEW_LOOK_MS = 400;

/** @type {Channel[]} */
let channels = [];
/** @type {SlackUser[]} */
let users = [];
let channel = "";
let user = "";
/** @type {Map<string, string>} newest ts read, by channel */
const seen = new Map();
/** @type {{users: Record<string, string>, channels: Record<string, string>}} */
const names = { users: {}, channels: {} };
/** @type {{now: () => Promise<void>}} */
let reading = { now: async () => {} };
/** @type {(name: string) => void} */
let choose = () => {};
const PERMALINK = /^https:\/\/[\w-]+\.slack\.com\/archives\/(\w+)\/p(\d+)(\d{6})$/;

/** @param {SlackUser[]} people who may be played here */
export async function startSlack(people) {
  users = people;
  names.users = Object.fromEntries(users.map((person) => [person.id, person.name]));
  const select = /** @type {HTMLSelectElement} */ (byId("slack-user"));
  fillSelect(
    select,
    users.map((person) => ({ value: person.id, label: person.name })),
  );
  user = select.value;
  select.addEventListener("change", () => {
    user = select.value;
    void reading.now();
  });
  ({ channels } = await api.channels());
  names.channels = Object.fromEntries(channels.map((one) => [one.id, one.name]));
  const bar = byId("slack-channels");
  bar.replaceChildren(...channels.map(channelTab), homeTab());
  const home = startHome({ names, user: () => user, goes, opened: lookForView });
  choose = tabs(bar, (name) => {
    home.show(name === HOME);
    if (name !== HOME) openChannel(name);
  });
  choose(channels[0]?.id ?? "");
  select.addEventListener("change", () => home.asked());
  startComposer({
    channel: () => channel,
    user: () => user,
    said: () => {
      void reading.now();
      void lookForView(user);
    },
  });
  startScheme();
  reading = poll(readChannels);
}

/** Slack's own dark look, for whoever wants it. */
function startScheme() {
  const button = byId("slack-scheme");
  button.addEventListener("click", () => {
    const dark = button.getAttribute("aria-pressed") !== "true";
    button.setAttribute("aria-pressed", String(dark));
    for (const box of [byId("slack"), byId("slack-dialog")]) box.dataset.scheme = dark ? "dark" : "light";
  });
}

/** A link to a message in this workspace is shown here. @param {string} address */
function goes(address) {
  const found = PERMALINK.exec(address);
  if (!found || !channels.some(({ id }) => id === found[1])) return false;
  choose(found[1]);
  void reading.now().then(() => {
    const message = byId("slack-messages").querySelector(`[data-ts="${found[2]}.${found[3]}"]`);
    message?.scrollIntoView({ block: "start" });
    if (message instanceof HTMLElement) message.focus({ preventScroll: true });
  });
  return true;
}

/** @param {Channel} one */
function channelTab(one) {
  const name = one.name.replace(/^#/, "");
  return h(
    "button",
    {
      type: "button",
      role: "tab",
      id: `slack-tab-${one.id}`,
      "aria-controls": "slack-panel",
      "data-name": one.id,
      "data-testid": `slack-channel-${name}`,
    },
    h("span", { class: "hash", "aria-hidden": "true" }, "#"),
    name,
    h("span", { class: "unread", hidden: true }),
  );
}

/** @param {string} id */
function openChannel(id) {
  if (channel !== id) wipe(byId("slack-messages"));
  channel = id;
  byId("slack-scroll").setAttribute("aria-labelledby", `slack-tab-${id}`);
  void reading.now();
}

async function readChannels() {
  await Promise.all(
    channels.map(async ({ id }) => {
      const answer = await api.channelMessages(id, user);
      /** @type {SlackMessage[]} */
      const messages = inOrder(answer.messages ?? []);
      if (id === channel) draw(messages);
      mark(id, messages);
    }),
  );
  const waiting = byId("slack-channels").querySelector(".unread:not([hidden])");
  byId("supervisor-dot").hidden = !waiting || inView();
}

/** Oldest first, replies under what they answer. @param {SlackMessage[]} messages */
function inOrder(messages) {
  const root = (/** @type {SlackMessage} */ message) => message.thread_ts ?? message.ts;
  return [...messages].sort((a, b) => Number(root(a)) - Number(root(b)) || Number(a.ts) - Number(b.ts));
}

/** @param {SlackMessage[]} messages */
function draw(messages) {
  const scroller = byId("slack-scroll");
  byId("slack-empty").hidden = messages.length > 0;
  followEnd(scroller, () =>
    keyed(byId("slack-messages"), messages, (message) => `${message.ts}/${message.ephemeral_for ?? ""}`, drawMessage),
  );
}

/** Unread counts, as a badge on the channel's tab. @param {string} id @param {SlackMessage[]} messages */
function mark(id, messages) {
  const newest = messages.reduce((latest, { ts }) => (Number(ts) > Number(latest) ? ts : latest), "0");
  if ((id === channel && inView()) || !seen.has(id)) seen.set(id, newest);
  const unread = messages.filter(({ ts }) => Number(ts) > Number(seen.get(id))).length;
  const count = byId("slack-channels").querySelector(`[data-name="${CSS.escape(id)}"] .unread`);
  if (!(count instanceof HTMLElement)) return;
  count.hidden = unread === 0;
  say(count, unread ? String(unread) : "");
  count.setAttribute("aria-label", `${unread} unread`);
}

/** Whether the supervisor's panel is shown at all: on narrow screens another may stand in its place. */
const inView = () => byId("slack-scroll").offsetParent !== null;

/** @param {SlackMessage} message */
function drawMessage(message) {
  const bot = Boolean(message.bot_id) || !names.users[message.user ?? ""];
  const author = message.user_name ?? names.users[message.user ?? ""] ?? message.username ?? "Handrail";
  const reply = message.thread_ts && message.thread_ts !== message.ts;
  const at = moment(message.ts);
  const body = h("div", { class: "slack-body" });
  const surface = {
    names,
    goes,
    press: (/** @type {Press} */ press, /** @type {HTMLElement} */ from) => void pressed(message, press, from, body),
  };
  const blocks = message.blocks?.length
    ? drawBlocks(message.blocks, surface)
    : [h("div", { class: "bk-text" }, mrkdwn(message.text ?? "", names))];
  body.append(...blocks);
  return h(
    "li",
    {
      class: `slack-message ${reply ? "slack-reply" : ""} ${message.ephemeral_for ? "slack-ephemeral" : ""}`,
      "data-testid": "slack-message",
      "data-ts": message.ts,
      tabindex: "-1",
    },
    h(
      "span",
      { class: `slack-avatar ${bot ? "slack-avatar-bot" : ""}`, "aria-hidden": "true" },
      bot ? "H" : author.slice(0, 1),
    ),
    h(
      "div",
      { class: "slack-main" },
      h(
        "p",
        { class: "slack-head" },
        h("strong", {}, author),
        bot ? h("span", { class: "slack-app" }, "App") : null,
        h("time", { title: full(message.ts) }, at ? stamp(message.ts) : ""),
        message.edited ? h("span", { class: "slack-edited" }, "(edited)") : null,
        message.ephemeral_for ? h("span", { class: "slack-edited" }, "Only visible to you") : null,
      ),
      body,
    ),
  );
}

/** @param {SlackMessage} message @param {Press} press @param {HTMLElement} from @param {HTMLElement} body */
async function pressed(message, press, from, body) {
  const clicker = user;
  await clicked(press, from, names, async (click) => {
    await api.click({ channel, ts: message.ts, user_id: clicker, ...click, state_values: stateOf(body) });
    void lookForView(clicker);
  });
  await reading.now();
}

/** What is chosen in an open modal is told to the app, which may change it. @param {import('./types.js').SlackView} view @param {string} clicker */
function modalSurface(view, clicker) {
  const press = (/** @type {Press} */ { confirm: _, ...click }) => {
    const state_values = stateOf(byId("slack-dialog"));
    const told = api.clickView({ view_id: view.id, user_id: clicker, ...click, state_values });
    told.then(() => lookForView(clicker)).catch(() => toast("Slack could not deliver the click.", "error"));
  };
  return { names, press };
}

/** A click may open a modal; it comes a moment later, over Slack's API. @param {string} clicker */
async function lookForView(clicker) {
  for (let look = 0; look < VIEW_LOOKS; look += 1) {
    const answer = await api.views(clicker).catch(() => null);
    const views = answer?.views ?? (answer?.view ? [answer.view] : []);
    const view = views[views.length - 1];
    if (view) {
      showView(view, clicker, modalSurface(view, clicker), () => {
        void reading.now();
        if (byId("slack-dialog").hasAttribute("open")) void lookForView(clicker);
      });
      return;
    }
    await new Promise((resume) => setTimeout(resume, VIEW_LOOK_MS));
  }
}
