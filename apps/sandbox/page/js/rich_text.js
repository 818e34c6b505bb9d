/**
 * A helpdesk comment's HTML as nodes: parsed in an inert document, then rebuilt from a short list of tags. Nothing of
 * the original tree is used, no attribute but a safe link survives.
 */

import { h } from "./dom.js";
import { safeAddress } from "./mrkdwn.js";

const KEPT = new Set([
  "p",
  "br",
  "b",
  "strong",
  "i",
  "em",
  "u",
  "s",
  "ul",
  "ol",
  "li",
  "blockquote",
  "code",
  "pre",
  "hr",
  "table",
  "thead",
  "tbody",
  "tr",
  "th",
  "td",
  "h1",
  "h2",
  "h3",
  "h4",
  "h5",
  "div",
  "span",
  "dl",
  "dt",
  "dd",
  "small",
]);
const DROPPED = new Set([
  "script",
  "style",
  "template",
  "iframe",
  "object",
  "embed",
  "noscript",
  "svg",
  "math",
  "form",
]);
const HEADINGS = new Set(["h1", "h2", "h3", "h4", "h5"]);

/** @param {string} html @returns {(Node|string)[]} */
export function richText(html) {
  const inert = new DOMParser().parseFromString(html, "text/html");
  return rebuilt(inert.body);
}

/** @param {Node} parent @returns {(Node|string)[]} */
function rebuilt(parent) {
  return [...parent.childNodes].flatMap((node) => {
    if (node.nodeType === Node.TEXT_NODE) {
      return parent.nodeName === "A" ? [node.textContent ?? ""] : linked(node.textContent ?? "");
    }
    return node instanceof Element ? element(node) : [];
  });
}

/** @param {Element} node @returns {(Node|string)[]} */
function element(node) {
  const tag = node.localName;
  if (DROPPED.has(tag)) return [];
  const children = rebuilt(node);
  if (tag === "a") return [link(node, children)];
  if (!KEPT.has(tag)) return children;
  // A comment may not compete with the page's own headings.
  const name = /** @type {keyof HTMLElementTagNameMap} */ (HEADINGS.has(tag) ? "h5" : tag);
  return [h(name, {}, children)];
}

/** @param {Element} node @param {(Node|string)[]} children */
function link(node, children) {
  const address = safeAddress(node.getAttribute("href") ?? "");
  return address
    ? h("a", { href: address, target: "_blank", rel: "noopener noreferrer" }, children)
    : h("span", {}, children);
}

/** What a composer that holds plain text makes of something that may be HTML. @param {string} text */
export function asPlain(text) {
  if (!/<\/?[a-z][^>]*>/i.test(text)) return text;
  const spaced = text
    .replace(/<br\s*\/?>/gi, "\n")
    .replace(/<\/(p|div|li|h\d)>/gi, "\n")
    .replace(/<li[^>]*>/gi, "• ");
  const inert = new DOMParser().parseFromString(spaced, "text/html");
  return (inert.body.textContent ?? "").replace(/\n{3,}/g, "\n\n").trim();
}

/** Plain text with its addresses as links. @param {string} text @returns {(Node|string)[]} */
export function linked(text) {
  return text
    .split(/(https?:\/\/[^\s<>"')\]]+[^\s<>"')\].,;:!?])/g)
    .map((piece, index) =>
      index % 2 ? h("a", { href: piece, target: "_blank", rel: "noopener noreferrer" }, piece) : piece,
    );
}
