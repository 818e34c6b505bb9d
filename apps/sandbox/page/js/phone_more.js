/** What a phone sends besides words: a file, a place, a tap, a reaction; and what it shows of them. */

import { api } from "./api.js";
import { byId, h } from "./dom.js";
import { stage, toast } from "./stage.js";

/** @typedef {import('./types.js').PhoneMessage} PhoneMessage */

const REACTIONS = ["👍", "👎", "❤️"];
const LARGEST = 5_000_000; // bytes
const PLACE = ["51.5079", "-0.0877", "London Bridge"]; // an invented customer stands here

/**
 * @param {'sms'|'whatsapp'} channel
 * @param {Record<string, unknown>} extra
 */
async function send(channel, extra) {
  const person = stage.customer.get();
  if (!person?.phone) return;
  try {
    await api.phone({ from: person.phone, channel, body: "", name: person.name, ...extra });
  } catch (error) {
    toast(`Not sent: ${/** @type {Error} */ (error).message}`, "error");
  }
}

/**
 * What stands under a message's words: its files, buttons to tap, and on WhatsApp the reactions.
 *
 * @param {PhoneMessage} message
 */
export function under(message) {
  const theirs = message.direction === "outbound";
  const onWhatsapp = message.channel === "whatsapp";
  const things = (message.files ?? []).map(({ type }) => (type.startsWith("image/") ? "Photo" : `File, ${type}`));
  if (message.place) things.push(`Place: ${message.place}`);
  const files = things.map((thing) => h("p", { class: "bubble-text" }, h("em", {}, thing)));
  const taps = (theirs ? (message.choices ?? []) : []).map((choice) =>
    h(
      "button",
      {
        type: "button",
        class: "bubble-choice",
        onclick: () => void send("whatsapp", { tapped: choice, quotes: message.sid }),
      },
      choice,
    ),
  );
  const signs = REACTIONS.map((sign) =>
    h(
      "button",
      {
        type: "button",
        class: "bubble-reaction",
        "aria-label": `React with ${sign}`,
        onclick: () => void send("whatsapp", { reaction: sign, quotes: message.sid }),
      },
      sign,
    ),
  );
  return [
    ...files,
    taps.length > 0 && h("span", { class: "bubble-choices" }, taps),
    theirs && onWhatsapp && h("span", { class: "bubble-reactions" }, signs),
  ];
}

/** @param {() => string} openApp the app that is open */
export function listenToExtras(openApp) {
  const input = /** @type {HTMLInputElement} */ (byId("phone-file"));
  byId("phone-attach").addEventListener("click", () => input.click());
  byId("phone-place").addEventListener("click", () => void send("whatsapp", { place: PLACE }));
  input.addEventListener("change", async () => {
    const file = input.files?.[0];
    input.value = "";
    if (!file) return;
    if (file.size > LARGEST) return toast("A phone sends files of up to 5 MB.", "error");
    const content = await inBase64(file);
    await send(openApp() === "sms" ? "sms" : "whatsapp", {
      files: [{ type: file.type || "application/octet-stream", content }],
    });
  });
}

/** @param {File} file @returns {Promise<string>} */
async function inBase64(file) {
  const bytes = new Uint8Array(await file.arrayBuffer());
  let text = "";
  for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return btoa(text);
}
