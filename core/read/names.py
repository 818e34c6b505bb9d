"""People's names in a customer's words, taken out before the words are read: who somebody is changes nothing of what
they want, and an encoder puts every name a little elsewhere.

A name is what the profile says, and what stands where people tell their name: behind "my name is" or a
closing line."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from core.model.customer import Customer
from core.model.ids import CustomerId
from core.model.signals import Evidence, Scored
from core.privacy.find import CLOSES, NAME, NO_NAME, find_known, of_customer
from core.privacy.personal import Kind

STANDS_IN = "Alex"  # for every name
# Narrower than what is masked for a language model: "I'm Furious" tells how somebody feels.
_SAYS = re.compile(
    r"(?<!\w)(?i:my (?:full |first |last )?name(?:['’]s| is)|it['’]s me,?|ich hei(?:ß|ss)e|mein name ist"
    r"|hier (?:ist|spricht)|je m['’]appelle|mon nom est|me llamo|mi nombre es|mi chiamo|il mio nome è)"
    rf"[ \t]{NO_NAME}(?P<value>{NAME})"
)
# Behind these stands a feeling as often as a name: a name is what has two words and ends there.
_IS = re.compile(
    r"(?<!\w)(?i:this is|i['’]m|i am|ich bin|soy|je suis|sono)"
    rf"[ \t]{NO_NAME}(?P<value>{NAME})(?=[.,!]|[ \t]+(?:and|und|y|et|e)\b|[ \t]*(?:\r?\n|\Z))"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Nameless:
    """`text` is `written` with `STANDS_IN` for each of the `names`, which are spans of `written` in their order."""

    written: str
    text: str
    names: tuple[tuple[int, int], ...]

    def back(self, scored: Scored) -> Scored:
        """What was read in `text`, with its evidence in `written`."""
        if not self.names or not scored.evidence:
            return scored
        return replace(scored, evidence=tuple(map(self._back, scored.evidence)))

    def _back(self, evidence: Evidence) -> Evidence:
        start, end = self._place(evidence.start, at_end=False), self._place(evidence.end, at_end=True)
        return Evidence(start=start, end=end, words=self.written[start:end])

    def _place(self, place: int, *, at_end: bool) -> int:
        """Where in `written`; inside of a name, its beginning or its end."""
        by = 0
        for start, end in self.names:
            begins = start + by  # in `text`
            if place <= begins:
                break
            if place < begins + len(STANDS_IN):
                return end if at_end else start
            by += len(STANDS_IN) - (end - start)
        return place - by


@lru_cache(maxsize=512)
def without_names(written: str, name: str = "") -> Nameless:
    """`name` is the customer's, as the profile has it."""
    names, text, end = list[tuple[int, int]](), "", 0
    for start, stop in sorted(_found(written, name), key=lambda span: (span[0], -span[1])):
        if start >= end:
            names.append((start, stop))
            text, end = f"{text}{written[end:start]}{STANDS_IN}", stop
    return Nameless(written=written, text=text + written[end:], names=tuple(names))


def _found(written: str, name: str) -> Iterator[tuple[int, int]]:
    for pattern in (_SAYS, CLOSES):
        yield from (match.span("value") for match in pattern.finditer(written))
    yield from (match.span("value") for match in _IS.finditer(written) if " " in match["value"])
    known = of_customer(Customer(id=CustomerId(""), name=name))
    yield from ((start, end) for kind, start, end in find_known(written, known) if kind is Kind.NAME)
