/** The reply of Zendesk's rich editor is HTML. We read and write it as plain text with lines. */

const RICH = /<(p|div|br|span|ul|ol|li|b|i|u|em|strong|a|blockquote|h[1-6]|table|pre)\b[^>]*>/i;
const BLOCKS = new Set(['P', 'DIV', 'BLOCKQUOTE', 'PRE', 'UL', 'OL', 'TABLE', 'H1', 'H2', 'H3', 'H4', 'H5', 'H6']);
const LINES = new Set(['LI', 'TR']);

export function isRich(raw: string): boolean {
  return RICH.test(raw);
}

/** The words with their lines; what is not HTML stays as it is. */
export function plainOf(raw: string): string {
  if (!isRich(raw)) return raw;
  // A parsed document is inert: it loads nothing and runs nothing.
  const text = textOf(new DOMParser().parseFromString(raw, 'text/html').body);
  return text
    .replace(/\u00a0/g, ' ')
    .replace(/[ \t]+\n/g, '\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
}

/** Plain text as the paragraphs and lines of HTML. */
export function richOf(text: string): string {
  return text
    .trim()
    .split(/\n{2,}/)
    .map((paragraph) => `<p>${paragraph.split('\n').map(escaped).join('<br>')}</p>`)
    .join('');
}

function textOf(node: Node): string {
  if (node.nodeType === Node.TEXT_NODE) return (node.textContent ?? '').replace(/\s+/g, (gap) => (gap.includes('\u00a0') ? gap : ' '));
  const inner = Array.from(node.childNodes, textOf).join('');
  if (node.nodeName === 'BR') return '\n';
  if (node.nodeName === 'LI') return `- ${inner.trim()}\n`;
  if (LINES.has(node.nodeName)) return `${inner}\n`;
  return BLOCKS.has(node.nodeName) ? `\n\n${inner.trim()}\n\n` : inner;
}

function escaped(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');
}
