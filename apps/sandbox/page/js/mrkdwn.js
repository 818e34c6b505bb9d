/**
 * Slack's mrkdwn as nodes. The text is never parsed as HTML: Slack's three entities are turned back into characters
 * and every piece becomes a text node, so escaping cannot be forgotten.
 */

import { h } from "./dom.js";
import { withEmoji } from "./emoji.js";
import { slackDate } from "./time.js";

/** @typedef {import('./dom.js').Child} Child */
/** @typedef {{users?: Record<string, string>, channels?: Record<string, string>}} Names ids as people call them */

/** Slack sends only these three as entities. @param {string} text */
export function unescape(text) {
  return text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
}

/** @param {string} text @returns {Child[]} */
const plain = (text) => withEmoji(unescape(text));

/** Only addresses that a link may safely lead to. @param {string} address */
export function safeAddress(address) {
  return /^(https?:|mailto:|tel:)/i.test(address) ? address : null;
}

/** A moment as Slack shows it on the reader's own clock. @param {string} token @returns {Child} */
function dateOf(token) {
  const [, seconds, format = ""] = unescape(token).split("^");
  const text = slackDate(Number(seconds), format);
  return text ? h("time", { datetime: new Date(Number(seconds) * 1000).toISOString() }, text) : null;
}

/** What stands between < and >. @param {string} inner @param {Names} names @returns {Child} */
function angle(inner, names) {
  const bar = inner.indexOf("|");
  const target = bar < 0 ? inner : inner.slice(0, bar);
  const label = bar < 0 ? "" : unescape(inner.slice(bar + 1));
  if (target.startsWith("@"))
    return h("span", { class: "mention" }, `@${names.users?.[target.slice(1)] ?? (label || target.slice(1))}`);
  if (target.startsWith("#"))
    return h("span", { class: "mention" }, `#${names.channels?.[target.slice(1)] ?? (label || target.slice(1))}`);
  if (target.startsWith("!date^")) return dateOf(target) ?? (label || unescape(target));
  if (target.startsWith("!"))
    return h("span", { class: "mention mention-all" }, label || `@${target.slice(1).split("^")[0]}`);
  const address = safeAddress(unescape(target));
  const text = label || unescape(target).replace(/^mailto:/, "");
  return address ? h("a", { href: address, target: "_blank", rel: "noopener noreferrer" }, text) : text;
}

// One alternative a style; a marker counts only at a word's edge, as in Slack.
const INLINE = new RegExp(
  [
    "`([^`\\n]+)`",
    "<([^<>\\n]+)>",
    "(?<![\\w*])\\*(?=\\S)([^*\\n]*?\\S)\\*(?![\\w*])",
    "(?<![\\w_:])_(?=\\S)([^_\\n]*?\\S)_(?![\\w_])",
    "(?<![\\w~])~(?=\\S)([^~\\n]*?\\S)~(?![\\w~])",
  ].join("|"),
  "g",
);

/** @param {string} text @param {Names} names @returns {Child[]} */
function inline(text, names) {
  /** @type {Child[]} */
  const pieces = [];
  let end = 0;
  for (const found of text.matchAll(INLINE)) {
    pieces.push(...plain(text.slice(end, found.index)));
    const [whole, code, bracket, bold, italic, struck] = found;
    if (code !== undefined) pieces.push(h("code", {}, unescape(code)));
    else if (bracket !== undefined) pieces.push(angle(bracket, names));
    else if (bold !== undefined) pieces.push(h("strong", {}, inline(bold, names)));
    else if (italic !== undefined) pieces.push(h("em", {}, inline(italic, names)));
    else pieces.push(h("s", {}, inline(struck, names)));
    end = found.index + whole.length;
  }
  pieces.push(...plain(text.slice(end)));
  return pieces;
}

/** @param {string} text @param {Names} names @returns {Child[]} */
function lines(text, names) {
  /** @type {Child[]} */
  const out = [];
  /** @type {string[]} */
  let quote = [];
  const closeQuote = () => {
    if (quote.length) out.push(h("blockquote", {}, withBreaks(quote.map((line) => inline(line, names)))));
    quote = [];
  };
  text.split("\n").forEach((line, index, all) => {
    const quoted = /^(?:>|&gt;)\s?/.exec(line);
    if (quoted) {
      quote.push(line.slice(quoted[0].length));
      return;
    }
    const afterQuote = quote.length > 0;
    closeQuote();
    if (index > 0 && !afterQuote) out.push(h("br"));
    if (line || index < all.length - 1) out.push(...inline(line, names));
  });
  closeQuote();
  return out;
}

/** @param {Child[][]} rows @returns {Child[]} */
function withBreaks(rows) {
  return rows.flatMap((row, index) => (index ? [h("br"), ...row] : row));
}

/**
 * @param {string} text as Slack stores it
 * @param {Names} [names]
 * @returns {Child[]}
 */
export function mrkdwn(text, names = {}) {
  return text
    .split(/```\n?([\s\S]*?)\n?```/)
    .flatMap((piece, index) => (index % 2 ? [h("pre", {}, unescape(piece))] : lines(piece, names)));
}
