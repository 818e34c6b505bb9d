"""What is done to an order, an account or money: an act that the source does not speak of cannot be a paraphrase."""

import re
from collections.abc import Iterator

from core.answer.contract.fact import Fault, FaultKind
from core.answer.contract.paired import fault
from core.knowledge.synonyms import concepts

_ACTS = (
    "cancel delete erase refund block suspend pause terminate replace repair renew expire extend credit upgrade"
    " downgrade transfer donate destroy recycle resell withdraw reject approve confirm deactivate archive freeze"
    " phone fax chat letter elsewhere"
)
_OF = {word: concepts(word) for word in _ACTS.split()}
_KNOWN = frozenset(concept for found in _OF.values() for concept in found)
_WORD = re.compile(r"[^\W\d_]{4,}")


def unheard_acts(text: str, source: str) -> Iterator[Fault]:
    """The first act of the text that its source has under no name."""
    known = concepts(source)
    for match in _WORD.finditer(text):
        found = concepts(match.group())
        if found & _KNOWN and not found & known:
            yield fault(FaultKind.WORDS, *match.span(), f"the source does not speak of “{match.group()}”")
            return
