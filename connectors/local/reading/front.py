"""What a file states about itself before its text, between two lines of `---`.

It says who may read the article: what cannot be understood is never taken for nothing said.
"""

import re
from typing import Any

import yaml

from connectors.local.reading.written import WithheldError

_OPENING = re.compile(r"---[ \t]*\n")
_CLOSING = re.compile(r"^(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.MULTILINE)
_PAIR = re.compile(r"^[\"']?([\w-]+)[\"']?[ \t]*:(?!//)[ \t]*(.*?)[ \t]*$", re.MULTILINE)
# Not `audience: "who it is for, in a sentence of the article"`: a word or two, and nothing else on the line.
_AUDIENCE = re.compile(
    r"^[^\w\n#]*audience[^\w\n:=：]*[:=：][^\w\n]*\w+(?:[ _-]\w+)?[^\w\n]*$", re.IGNORECASE | re.MULTILINE
)
_BEFORE_NAMES = re.compile(r"\A(?:(?:[^\w\n]*|#[^\n]*)\n)+")  # lines without words, and remarks
_LONGEST = 20_000  # characters of front matter
_LINES = 60  # in which it is looked for where nothing closes it
KNOWN = frozenset(
    """title section locale audience brand about entity labels url id updated_at expires_at draft name question
    conflicts_with translation_of stale author description slug tags keywords layout weight date created_at""".split()  # noqa: SIM905 - names are read as a text
)
OWN = "x_"  # how names begin that mean something to others


def front_matter(body: str) -> tuple[dict[str, object], str]:
    """(what the file states about itself, the rest). Its names come in small letters.

    Raises WithheldError where it is broken, or states what is not known."""
    text = body.lstrip("\ufeff \t\n")
    opened = _OPENING.match(text)
    closed = _CLOSING.search(text, opened.end(), _LONGEST) if opened else None
    if opened is None or closed is None:
        _refuse_unmarked(text, opened is not None)
        return {}, body
    head = text[opened.end() : closed.start()]
    facts = _facts(head)
    if facts is None:
        return {}, body  # two lines drawn across the page
    return facts, text[closed.end() :]


def _refuse_unmarked(text: str, opened: bool) -> None:
    """Raises WithheldError where the text begins as front matter does, but is none."""
    first = _BEFORE_NAMES.sub("", "\n".join(text[:_LONGEST].split("\n")[:_LINES]))
    block = first.partition("\n\n")[0]
    named = _id_of(first)
    if opened and _PAIR.match(first):
        raise WithheldError("begins with front matter that no line of --- closes", named=named)
    if text.startswith("+++\n") or _AUDIENCE.search(block):
        raise WithheldError("states facts outside of two lines of ---: nobody can tell whom it is for", named=named)


def _facts(head: str) -> dict[str, object] | None:
    """None where nothing is stated."""
    try:
        # The base loader makes strings, lists and mappings of strings, nothing else: safer still than the safe one.
        stated: Any = yaml.load(head, Loader=yaml.BaseLoader)  # noqa: S506 - BaseLoader makes texts only
    except (yaml.YAMLError, RecursionError):
        stated = _line_by_line(head)
    if not isinstance(stated, dict):
        if _PAIR.search(head) or _AUDIENCE.search(head):
            raise WithheldError("has front matter that is no list of names and values", named=_id_of(head))
        return None if head.strip() else {}
    facts = {str(key).strip().lower(): value for key, value in stated.items()}
    _check(facts, head)
    return {key: _fact(value) for key, value in facts.items() if isinstance(value, str | list)}


def _line_by_line(head: str) -> dict[str, object]:
    for number, line in enumerate(head.split("\n"), 2):
        if line.strip() and not line.startswith(("#", " ", "\t", "-")) and not _PAIR.match(line):
            raise WithheldError(f"has front matter that cannot be read in line {number}", named=_id_of(head))
    return {key: value.strip("\"'") for key, value in _PAIR.findall(head)}


def _check(facts: dict[str, Any], head: str) -> None:
    named = _id_of(head)
    unknown = [key for key in facts if key not in KNOWN and not key.startswith(OWN)]
    if unknown:
        names = ", ".join(map(repr, unknown[:5]))
        raise WithheldError(
            f"states {names} in its front matter, which is not known (begin it with {OWN})", named=named
        )
    readers = {value for key, value in _PAIR.findall(head) if key.lower() == "audience"}
    stated_aside = _AUDIENCE.search(head) and "audience" not in facts
    if len(readers) > 1 or stated_aside or not _is_named(facts.get("audience", "")):
        raise WithheldError("states its audience in no way that is clear", named=named)


def _is_named(readers: object) -> bool:
    several = readers if isinstance(readers, list) else [readers]
    return bool(several) and all(isinstance(each, str) for each in several)


def _id_of(head: str) -> str:
    return next((value.strip("\"'") for key, value in _PAIR.findall(head) if key.lower() == "id"), "")


def _fact(value: str | list[object]) -> object:
    return value if isinstance(value, str) else [each for each in value if isinstance(each, str)]
