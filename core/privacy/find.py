"""Finding structured personal data: linear in the length of the text, and never raising whatever the text."""

import re
from collections.abc import Iterable, Sequence
from itertools import chain

from core.privacy.known import known_spans
from core.privacy.network import addresses, emails, links
from core.privacy.numbers import cards, ibans, national
from core.privacy.people import people, spelt
from core.privacy.personal import Kind, Known, Personal, Span
from core.privacy.phones import phones
from core.privacy.said import said

PLACEHOLDER = re.compile(rf"\[(?:{'|'.join(Kind)})(?: \d{{1,4}})?\]")


def find(
    text: str, *, region: str | None = None, known: Sequence[Known] = (), greedy: bool = False
) -> tuple[Personal, ...]:
    """Everything personal in the text, in its order; spans never overlap.

    `region` (ISO 3166, "GB") is where a phone number without country code would be dialled; `known` is what the
    profile says. Words that look like our own placeholders are left alone. `greedy` also takes what is only likely to
    be a name or an address, for texts that nobody needs back."""
    taken = [(match.start(), match.end()) for match in PLACEHOLDER.finditer(text)]
    spans = _spans(text, region, known)
    best = _apart(chain(spelt(text), spans, people(text)) if greedy else spans, taken)
    return tuple(Personal(kind=kind, start=start, end=end, text=text[start:end]) for kind, start, end in best)


def _spans(text: str, region: str | None, known: Sequence[Known]) -> Iterable[Span]:
    """Surest first: an earlier one keeps its place."""
    if "@" in text:
        yield from emails(text)
    if "." in text or "://" in text:
        yield from links(text)
    digits = any(char.isdigit() for char in text)
    if digits:
        yield from ibans(text)
        yield from cards(text)
        yield from national(text)
    if digits or ":" in text:
        yield from addresses(text)
    yield from said(text)
    if digits:
        yield from phones(text, region)
    yield from known_spans(text, known)


def _apart(spans: Iterable[Span], taken: list[tuple[int, int]]) -> list[Span]:
    """Those that overlap no earlier one, in the order of the text."""
    marked = _Marked(taken)
    return sorted((span for span in spans if marked.free(span[1], span[2])), key=lambda span: span[1])


class _Marked:
    """Which characters are spoken for."""

    def __init__(self, taken: Iterable[tuple[int, int]]) -> None:
        self._places: set[int] = {place for start, end in taken for place in range(start, end)}

    def free(self, start: int, end: int) -> bool:
        """Whether nobody has any of them; then they are taken."""
        if not self._places.isdisjoint(range(start, end)):
            return False
        self._places.update(range(start, end))
        return True
