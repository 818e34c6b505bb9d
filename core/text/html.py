"""HTML as the plain form of `core.knowledge.passages`, in one pass: no tree is built, nothing recurs, time is linear.

The same HTML gives the same text, always: citations count its characters. What a reader would not see (scripts,
styles, comments, soft hyphens) is left out; links and inline marks keep their words only.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser

Attributes = list[tuple[str, str | None]]
HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_LISTS = frozenset({"ul", "ol", "menu"})
_BLOCKS = frozenset(
    """address article aside blockquote body center dd details dialog div dl dt fieldset figcaption figure footer form
    header hr html legend main nav p pre section summary""".split()  # noqa: SIM905 - names are read as a text
)
_SILENT = frozenset({"script", "style", "template", "title", "noscript", "iframe", "svg", "object", "canvas"})
VOID = frozenset({"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"})
_LONGEST_STYLE = 2_000  # characters of one that are looked at
# Styles of what nobody sees, written without spaces.
_INVISIBLE = re.compile(
    r"(?:^|;)(?:display:none|visibility:(?:hidden|collapse)|(?:font-size|opacity):(?:0+\.?0*|\.0+)(?:px|em|rem|pt|%)?)"
    r"(?:!important)?(?:;|$)"
)
# A title or drawing that nobody closed ends where the next block begins, as in a browser.
_ENDED_BY_A_BLOCK = frozenset({"title", "svg"})
_DEEPEST = 60  # lists and tables within each other: deeper ones are read as plain text
# What closes with an end tag, and what it may not reach across to do so.
_REACH = {
    "item": frozenset({"list", "cell"}),
    "list": frozenset({"cell"}),
    "cell": frozenset({"table"}),
    "row": frozenset({"table"}),
    "table": frozenset[str](),
    "heading": frozenset({"item", "cell", "list", "table", "row"}),
}
_KINDS = {"li": "item", "td": "cell", "th": "cell", "tr": "row", "caption": "row", "table": "table"}
_KINDS |= dict.fromkeys(_LISTS, "list") | dict.fromkeys(HEADINGS, "heading")
# Tags whose end nobody need write: what begins behind them and ends them, and what such may lie in again.
_SIBLINGS = {
    "li": (frozenset({"li"}), _LISTS),
    "td": (frozenset({"td", "th", "tr"}), frozenset({"table"})),
    "th": (frozenset({"td", "th", "tr"}), frozenset({"table"})),
    "tr": (frozenset({"tr"}), frozenset({"table"})),
    "dt": (frozenset({"dt", "dd"}), frozenset({"dl"})),
    "dd": (frozenset({"dt", "dd"}), frozenset({"dl"})),
    "p": (_BLOCKS | _LISTS | HEADINGS | {"table", "li", "td"}, frozenset[str]()),
}
_INLINE_FRAMES = frozenset({"heading", "item"})
_GAP = re.compile(r"\s+")
# Soft hyphens and the like, control characters, and halves of characters that no database takes.
_UNSEEN = re.compile("[\u00ad\u200b\u2060\ufeff\x00-\x08\x0e-\x1b\x7f\ud800-\udfff]")
_MARK = re.compile(r"^#{1,6} ", re.MULTILINE)


def from_html(html: str) -> str:
    """The plain form of an HTML body. Never raises: broken markup is read as far as it goes."""
    return read_with(Reader(), html)


def tidy(text: str) -> str:
    """Single spaces within lines, at most one blank line between them, none at the ends, nothing unseen."""
    lines = [" ".join(line.split()) for line in _UNSEEN.sub("", text).splitlines()]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def one_line(text: str) -> str:
    return " ".join(_UNSEEN.sub("", text).split())


def without_comments(text: str) -> str:
    """The text less its `<!-- … -->`; what follows one that is never closed is kept."""
    kept, place = [], 0
    while (opened := text.find("<!--", place)) >= 0 and (closed := text.find("-->", opened + 4)) >= 0:
        kept.append(text[place:opened])
        place = closed + 3
    return "".join([*kept, text[place:].replace("<!--", "")])


def read_with(reader: "Reader", html: str) -> str:
    html = without_comments(html)
    # No tag begins behind the last ">": the parser would look for its end again and again.
    last = html.rfind(">") + 1
    reader.feed(html[:last] + html[last:].replace("<", "&lt;"))
    reader.close()
    return reader.text()


def marks(level: int) -> str:
    return "#" * max(2, level)


@dataclass(slots=True)
class _Frame:
    """What is open: the page, a heading, list, item, table, row or cell, and what was read in it so far."""

    kind: str
    parts: list[str] = field(default_factory=list)
    number: int | None = None  # the next number of a numbered list; the level of a heading


class Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._open = [_Frame("page")]
        self._muted = ""  # the tag within which nothing is read
        self._muted_depth = 0
        self._as_typed = 0

    def parse_marked_section(self, i: int, report: bool = True) -> int:
        """`<![…>` ends at the next bracket, as for a browser. The library's own way falls over most of what is not
        SGML, and these stand in pages that were written with Word."""
        return self.parse_bogus_comment(i)

    def text(self) -> str:
        while len(self._open) > 1:
            self._finish()
        return tidy("".join(self._open[0].parts))

    def handle_starttag(self, tag: str, attrs: Attributes) -> None:
        if self._muted in _ENDED_BY_A_BLOCK and (tag in _BLOCKS or tag in HEADINGS):
            self._muted = ""
        behind, around = _SIBLINGS.get(self._muted, ((), (self._muted,)))
        if self._muted_depth == 1 and tag in behind:
            self._muted, self._muted_depth = "", 0
        if self._muted:
            self._muted_depth += tag in around
        elif tag in _SILENT or self.is_left_out(tag, attrs):
            self._muted, self._muted_depth = tag, 1
        else:
            self._begin(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        if self._muted:
            own = tag == self._muted
            if self._goes_on(tag):
                return
            self._muted = ""
            if own:
                return
        if tag in _KINDS:
            self._leave(_KINDS[tag])
        elif tag in _BLOCKS:
            self._as_typed -= tag == "pre" and self._as_typed > 0
            self._break()

    def handle_startendtag(self, tag: str, attrs: Attributes) -> None:
        """`<br/>` and the like; a browser takes `<div/>` for `<div>`, but `<svg/>` is over."""
        if tag not in _SILENT:
            self.handle_starttag(tag, attrs)

    def handle_data(self, text: str) -> None:
        if self._muted:
            return
        frame = self._open[-1]
        keeps_lines = self._as_typed and frame.kind not in _INLINE_FRAMES
        words = text if keeps_lines else _GAP.sub(" ", text)
        if words.strip() or frame.kind not in {"list", "table", "row"}:
            frame.parts.append(words)

    def is_left_out(self, tag: str, attrs: Attributes) -> bool:
        """Whether nothing within this tag is read. Asked once per tag that opens."""
        return tag not in VOID and tag not in {"html", "body"} and _is_hidden(attrs)

    def _goes_on(self, ended: str) -> bool:
        """Whether what is not read goes on behind this end tag."""
        behind, around = _SIBLINGS.get(self._muted, ((), (self._muted,)))
        own = ended == self._muted and self._muted_depth == 1
        if own or ended in around or (self._muted == "p" and ended in behind):
            self._muted_depth -= 1
        return self._muted_depth > 0

    def _begin(self, tag: str, attrs: Attributes) -> None:
        kind = _KINDS.get(tag)
        if tag == "br":
            self._open[-1].parts.append(" " if self._open[-1].kind in _INLINE_FRAMES else "\n")
        elif kind is None:
            self._as_typed += tag == "pre"
            if tag in _BLOCKS:
                self._break()
        else:
            self._leave("heading")
            if kind in {"item", "row", "cell"}:
                self._leave(kind)
            if len(self._open) > _DEEPEST:
                self._break()
                return
            self._open.append(_Frame(kind, number=_number(tag, attrs)))
            if tag == "caption":
                self._open.append(_Frame("cell"))

    def _break(self) -> None:
        frame = self._open[-1]
        if frame.kind == "heading":
            # A block behind a heading's words ends it; one around them does not.
            if any(part.strip() for part in frame.parts):
                self._finish()
        elif frame.kind == "item":
            frame.parts.append(" ")
        elif frame.kind in {"page", "cell"}:
            frame.parts.append("\n\n")

    def _leave(self, kind: str) -> None:
        for place in range(len(self._open) - 1, 0, -1):
            if self._open[place].kind == kind:
                while len(self._open) > place:
                    self._finish()
                return
            if self._open[place].kind in _REACH[kind]:
                return

    def _finish(self) -> None:
        frame = self._open.pop()
        self._open[-1].parts += _CLOSED[frame.kind](frame, self._open[-1])


def _number(tag: str, attrs: Attributes) -> int | None:
    if tag in HEADINGS:
        return int(tag[1])
    if tag != "ol":
        return None
    start = dict(attrs).get("start") or "1"
    return int(start) if start.isascii() and start.isdigit() and len(start) < 9 else 1


def _heading(frame: _Frame, around: _Frame) -> list[str]:
    words = one_line("".join(frame.parts))
    if not words or around.kind == "item":
        return [f" {words} "]
    return [f"\n\n{marks(frame.number or 2)} {words}\n\n"]


def _item(frame: _Frame, around: _Frame) -> list[str]:
    lines = [line for line in tidy("".join(frame.parts)).split("\n") if line]
    number = around.number if around.kind == "list" else None
    if number is not None:
        around.number = number + 1
    if not lines:
        return []
    return ["\n", "- " if number is None else f"{number}. ", "\n".join(lines), "\n"]


def _list(frame: _Frame, around: _Frame) -> list[str]:
    lines = [line for line in tidy("".join(frame.parts)).split("\n") if line]
    return _set_apart("\n".join(lines), around)


def _cell(frame: _Frame, around: _Frame) -> list[str]:
    text = tidy("".join(frame.parts))
    return [text] if around.kind == "row" else _set_apart(text, around)


def _row(frame: _Frame, around: _Frame) -> list[str]:
    cells = frame.parts
    if not any(cells):
        return []
    # A frame around a text, drawn as a table of one cell, is read as the text.
    return cells if len(cells) == 1 else [" | ".join(one_line(_MARK.sub("", cell)) for cell in cells)]


def _table(frame: _Frame, around: _Frame) -> list[str]:
    text, before = [], ""
    for row in filter(None, (part.strip() for part in frame.parts)):
        text += ["\n\n" if "\n" in row or "\n" in before else "\n", row]
        before = row
    return _set_apart("".join(text), around)


def _set_apart(text: str, around: _Frame) -> list[str]:
    edge = "\n" if around.kind in _INLINE_FRAMES or around.kind in {"list", "table"} else "\n\n"
    return [edge, text, edge] if text.strip() else []


_CLOSED = {"heading": _heading, "item": _item, "list": _list, "cell": _cell, "row": _row, "table": _table}


def _is_hidden(attrs: Attributes) -> bool:
    """What a browser does not show, or not to everybody. What is hidden until it is looked for is shown."""
    given = {name: (value or "").strip().lower() for name, value in attrs}
    style = "".join(re.sub(r"/\*.*?\*/", "", given.get("style", "")[:_LONGEST_STYLE], flags=re.DOTALL).split())
    hidden = given.get("hidden", "until-found") != "until-found"
    return hidden or given.get("aria-hidden") == "true" or _INVISIBLE.search(style) is not None


def attribute(attrs: Sequence[tuple[str, str | None]], name: str) -> str:
    return next((value or "" for key, value in attrs if key == name), "")
