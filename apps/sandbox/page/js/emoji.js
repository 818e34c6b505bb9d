/** Slack's :names: as small pictures. The ones our cards use are drawn here, so that they look alike on every machine. */

/** @typedef {import('./dom.js').Child} Child */

/** @type {Record<string, {paint: string, paths: string, words: string}>} paths in a box of 16 by 16 */
const DRAWN = {
  white_check_mark: { paint: "#1d7a45", paths: "M2 2h12v12H2z|m4.5 8.2 2.4 2.4 4.6-5", words: "done" },
  x: { paint: "#c22543", paths: "|M3.5 3.500l9 9M12.5 3.500l-9 9", words: "no" },
  no_entry_sign: {
    paint: "#c22543",
    paths: "|M8 2a6 6 0 1 1 0 12A6 6 0 0 1 8 2zM3.8 3.800l8.4 8.4",
    words: "rejected",
  },
  no_entry: { paint: "#c22543", paths: "M8 1.500a6.5 6.5 0 1 1 0 13 6.5 6.5 0 0 1 0-13z|M5 8h6", words: "stop" },
  warning: { paint: "#c77700", paths: "M8 1.8 15 14H1z|M8 6.300v3.400M8 11.800v.1", words: "warning" },
  rotating_light: {
    paint: "#d1352b",
    paths: "M4 13V8.500a4 4 0 0 1 8 0V13zM2.5 13h11v2h-11z|M8 1v1.200M2.3 3.300l.9.9M13.7 3.300l-.9.9",
    words: "alarm",
  },
  hourglass: { paint: "#5b6770", paths: "|M4 2h8M4 14h8M5 2c0 4 6 8 6 12M11 2c0 4-6 8-6 12", words: "waiting" },
  double_vertical_bar: { paint: "#3b6ea8", paths: "M2 2h12v12H2z|M6.2 5v6M9.8 5v6", words: "paused" },
  octagonal_sign: { paint: "#c22543", paths: "M5.3 1.500h5.4l3.8 3.800v5.400l-3.8 3.800H5.300L1.500 10.700V5.300z|", words: "stopped" },
  information_source: { paint: "#3b6ea8", paths: "M2 2h12v12H2z|M8 7v4.500M8 4.500v.1", words: "note" },
  large_green_circle: { paint: "#2eb67d", paths: "M8 2a6 6 0 1 1 0 12A6 6 0 0 1 8 2z|", words: "on" },
  outbox_tray: { paint: "#3b6ea8", paths: "|M2 9.500v4h12v-4M8 10V2.500M5 5l3-3 3 3", words: "sending" },
  lock: { paint: "#b98900", paths: "M3.5 7.500h9V14h-9z|M5.5 7.500V5a2.5 2.500 0 0 1 5 0v2.500", words: "locked" },
  mega: { paint: "#c22543", paths: "M2 6.500v3l3 .5v3h2.500v-2.600L13 13V3L5 6z|", words: "campaign" },
  ticket: { paint: "#b98900", paths: "M1.500 4.500h13v2.200a1.400 1.400 0 0 0 0 2.600v2.200h-13V9.300a1.400 1.400 0 0 0 0-2.600z|", words: "ticket" },
  bust_in_silhouette: { paint: "#5b6770", paths: "M8 2a3 3 0 1 1 0 6 3 3 0 0 1 0-6zM2.500 14a5.500 4.500 0 0 1 11 0z|", words: "customer" },
  sos: { paint: "#d1352b", paths: "M1.500 3.500h13v9h-13z|M4 10c1.500.6 2-1.800 0-2s-1.500-2.500 0-2M8 6v4M10.500 10c1.500.6 2-1.800 0-2s-1.500-2.500 0-2", words: "distress" },
  zzz: { paint: "#5b6770", paths: "|M1.500 3.500h5l-5 6h5M9.500 8h4.500l-4.500 5.500H14", words: "snoozed" },
  speech_balloon: { paint: "#5b6770", paths: "M1.500 2.500h13v8.500H8.500L4.500 14.500V11h-3z|", words: "note" },
  scales: { paint: "#5b6770", paths: "|M8 2v12M5 14h6M3 4h10M3.200 4.500 1.200 9h4zM12.800 4.500 10.800 9h4z", words: "legal" },
  chart_with_upwards_trend: { paint: "#c22543", paths: "|M2 2v12h12M4.500 11l3-3.500 2.500 2L14 4", words: "rising" },
  electric_plug: { paint: "#5b6770", paths: "M3.500 5h9v3.500L10 11H6L3.500 8.500z|M5.800 1.500V5M10.200 1.500V5M8 11v3.500", words: "system" },
  moneybag: { paint: "#b98900", paths: "M5.500 1.500h5L9.300 4.500c3 1 4.700 4 4.700 6.500S12.500 14.500 8 14.500 2 13.500 2 11s1.700-5.500 4.700-6.500z|", words: "money" },
  leftwards_arrow_with_hook: { paint: "#5b6770", paths: "|M6 3 2.500 6.500 6 10M2.500 6.500H10a3.500 3.500 0 0 1 0 7H6", words: "taken back" },
  bell: { paint: "#b98900", paths: "M3.5 12V7.500a4.5 4.5 0 0 1 9 0V12zM6.5 13h3v1.500h-3z|", words: "bell" },
};
Object.assign(DRAWN, { heavy_check_mark: DRAWN.white_check_mark, hourglass_flowing_sand: DRAWN.hourglass, adult: DRAWN.bust_in_silhouette });

/** @type {Record<string, string>} */
const CHARACTERS = {
  alarm_clock: "⏰",
  arrows_counterclockwise: "🔄",
  ballot_box_with_check: "☑",
  busts_in_silhouette: "👥",
  card: "💳",
  eyes: "👀",
  grey_question: "❔",
  shrug: "🤷",
  wave: "👋",
  email: "✉",
  envelope: "✉",
  iphone: "📱",
  telephone_receiver: "☎",
  bulb: "💡",
  mag: "🔍",
  memo: "📝",
  pencil2: "✎",
  page_facing_up: "📄",
  raising_hand: "🙋",
  handshake: "🤝",
  package: "📦",
  large_yellow_circle: "🟡",
  red_circle: "🔴",
  clock3: "🕒",
  thumbsup: "👍",
  "+1": "👍",
  thumbsdown: "👎",
  "-1": "👎",
  link: "🔗",
  calendar: "📅",
  zap: "⚡",
  shield: "🛡",
  robot_face: "🤖",
};

const SVG = "http://www.w3.org/2000/svg";

/** Whose lines are beside what is filled, not on it. */
const OUTLINED = new Set(["rotating_light", "lock", "electric_plug"]);

/** @param {string} name @returns {Child} */
function picture(name) {
  const drawn = Object.hasOwn(DRAWN, name) ? DRAWN[name] : undefined;
  if (!drawn) return Object.hasOwn(CHARACTERS, name) ? CHARACTERS[name] : `:${name}:`;
  const [filled, stroked] = drawn.paths.split("|");
  const svg = document.createElementNS(SVG, "svg");
  for (const [attribute, value] of Object.entries({
    viewBox: "0 0 16 16",
    class: "emoji",
    role: "img",
    "aria-label": drawn.words,
  })) {
    svg.setAttribute(attribute, value);
  }
  if (filled) svg.append(path(filled, { fill: drawn.paint, stroke: "none" }));
  if (stroked)
    svg.append(
      path(stroked, { stroke: filled && !OUTLINED.has(name) ? "#fff" : drawn.paint, "stroke-width": "1.8" }),
    );
  return svg;
}

/** @param {string} shape @param {Record<string, string>} paint */
function path(shape, paint) {
  const element = document.createElementNS(SVG, "path");
  for (const [attribute, value] of Object.entries({ d: shape, ...paint })) element.setAttribute(attribute, value);
  return element;
}

/** @param {string} text @returns {Child[]} */
export function withEmoji(text) {
  return text.split(/:([a-z0-9_+-]+):/g).map((piece, index) => (index % 2 ? picture(piece) : piece));
}
