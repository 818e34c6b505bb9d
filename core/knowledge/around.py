"""A quote in its place: the words of the article around it."""

from dataclasses import dataclass

from core.model.knowledge import Citation

AROUND = 600  # characters on each side


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """`changed`: the article no longer says this; the words are those that the draft was written from."""

    before: str
    quote: str
    after: str
    changed: bool


def around(citation: Citation, text: str, size: int = AROUND) -> Placed:
    """The quote with `size` characters on each side, cut between words; `text` is the article's as it is now."""
    found = _found(citation, text)
    passage = citation.passage
    if found is None:
        start, end = citation.start - passage.start, citation.end - passage.start
        return _placed(passage.text, start, end, size, changed=True)
    return _placed(text, found, found + len(citation.quote), size, changed=False)


def _found(citation: Citation, text: str) -> int | None:
    """Where the article says it: at its old place, else where the whole passage stands now, else the same words."""
    if text[citation.start : citation.end] == citation.quote:
        return citation.start
    moved = text.find(citation.passage.text)
    if moved >= 0:
        return moved + citation.start - citation.passage.start
    same = text.find(citation.quote)
    return same if same >= 0 else None


def _placed(text: str, start: int, end: int, size: int, *, changed: bool) -> Placed:
    before, after = text[max(0, start - size) : start], text[end : end + size]
    if start > size:
        before = "… " + before.split(maxsplit=1)[-1] if " " in before else "… "
    if end + size < len(text):
        after = after.rsplit(maxsplit=1)[0] + " …" if " " in after else " …"
    return Placed(before=before, quote=text[start:end], after=after, changed=changed)
