"""Addresses and personal data that belong neither to the customer nor to a public source."""

import re
from collections.abc import Iterator, Sequence

from core.model.draft import Finding, Severity
from core.privacy.find import PLACEHOLDER, find
from core.privacy.personal import Kind, Known, Personal

_LEADS = re.compile(
    r"(?<!\w)(?:call|ring|phone|dial|write|e-?mail|contact|visit|open|go|click|follow|transfer|pay|send|reply|text|wire|log"
    r"|sign|see|schreiben|rufen|öffnen|überweisen|llame|escriba|visite|appelez|écrivez|visitez)\b[^.!?]{0,60}$",
    re.IGNORECASE,
)
_NEVER_SAID = (Kind.CARD, Kind.SECRET)


def strangers(
    text: str, *, source: str = "", customer: str = "", record: str = "", known: Sequence[Known] = ()
) -> Iterator[Finding]:
    """Data of another person, and ways to us that no source names. The customer's words may hold the customer's own
    number, but never a way to reach us."""
    ours = _even(f"{source}\n{record}")
    theirs = ours + _even(customer) + "".join(_even(one.value) for one in known)
    for found in find(text):
        value = _even(found.text)
        if found.kind in _NEVER_SAID:
            yield _personal(found, "A card number or secret must not be written out")
        elif found.kind is Kind.NAME or value in ours:
            continue
        elif found.kind is Kind.LINK or (found.kind in _WAYS and _LEADS.search(text[: found.start])):
            yield Finding(
                rule="injected_instruction",
                severity=Severity.BLOCK,
                text=f"No source names this way to us: “{found.text}”.",
                span=(found.start, found.end),
                remedy="Take it out, or use the address that the article names.",
            )
        elif value not in theirs:
            yield _personal(found, "Data that is not this customer's")


def placeholders(text: str) -> Iterator[Finding]:
    """Where something was hidden from a model and never put back: "[phone 9]"."""
    for match in PLACEHOLDER.finditer(text):
        yield Finding(
            rule="unresolved_placeholder",
            severity=Severity.BLOCK,
            text=f"Something hidden was not put back: “{match.group()}”.",
            span=match.span(),
            remedy="Put in what belongs there, or take it out.",
        )


_WAYS = (Kind.EMAIL, Kind.PHONE, Kind.IBAN)


def _personal(found: Personal, told: str) -> Finding:
    return Finding(
        rule="personal_data",
        severity=Severity.BLOCK,
        text=f"{told} ({found.kind}).",
        span=(found.start, found.end),
        remedy="Take it out.",
    )


def _even(text: str) -> str:
    return re.sub(r"[\s()/.-]", "", text).casefold()
