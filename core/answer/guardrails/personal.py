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
# An address that no list of endings knows: "bit.ly/abc", "evil dot com".
_ODD_LINK = re.compile(
    r"(?<![\w@./-])(?:[a-z\d][a-z\d-]*\.)+[a-z]{2,12}/[^\s<>\"')]+"
    r"|(?<!\w)[a-z\d-]{2,}(?: dot |\s?[(\[](?:dot|punkt)[)\]]\s?)"
    r"(?:com|net|org|info|io|co|de|fr|es|eu|ru"
    r"|xyz|shop|app)(?!\w)"
    r"|(?<!\w)[a-z\d-]{2,} (?:punkt|punto|point) (?:com|net|org)(?!\w)",
    re.IGNORECASE,
)
_TITLED = re.compile(
    r"(?<!\w)(?:Mr|Mrs|Ms|Miss|Mx|Herr|Herrn|Frau|Señora?|Sra?|Madame|Monsieur|Mme)\.?\s"
    r"(?P<name>[A-ZÄÖÜÉ][\w'’-]+(?:\s[A-ZÄÖÜÉ][\w'’-]+)?)"
)
_NEVER_SAID = (Kind.CARD, Kind.SECRET)


def strangers(
    text: str, *, source: str = "", customer: str = "", record: str = "", known: Sequence[Known] = ()
) -> Iterator[Finding]:
    """Data of another person, and ways to us that no source names. The customer's words may hold the customer's own
    number, but never a way to reach us."""
    ours = _even(f"{source}\n{record}")
    theirs = ours + _even(customer) + "".join(_even(one.value) for one in known)
    every = find(text)
    yield from _odd_links(text, ours, [(found.start, found.end) for found in every if found.kind is Kind.LINK])
    if any(one.kind is Kind.NAME for one in known):
        yield from _others_names(text, f"{source}\n{record}\n{customer}\n" + "\n".join(one.value for one in known))
    for found in every:
        value = _even(found.text)
        if found.kind in _NEVER_SAID:
            yield _personal(found, "A card number or secret must not be written out")
        elif found.kind is Kind.NAME or value in ours:
            continue
        elif found.kind is Kind.LINK or (found.kind in _WAYS and _LEADS.search(text[: found.start])):
            yield _astray(found.text, (found.start, found.end))
        elif value not in theirs:
            yield _personal(found, "Data that is not this customer's")


def _odd_links(text: str, ours: str, taken: list[tuple[int, int]]) -> Iterator[Finding]:
    for match in _ODD_LINK.finditer(text):
        written = _even(re.sub(r"\W+(?:dot|punkt|punto|point)\W+", ".", match.group(), flags=re.IGNORECASE))
        seen = any(start < match.end() and match.start() < end for start, end in taken)
        if not seen and _even(match.group()) not in ours and written not in ours:
            yield _astray(match.group(), match.span())


def _others_names(text: str, known: str) -> Iterator[Finding]:
    """ "Ms Keller" in an answer to somebody whose name is known and another, where nothing read names a Keller."""
    words = {word.casefold() for word in re.findall(r"\w+", known)}
    for match in _TITLED.finditer(text):
        if not any(word.casefold() in words for word in re.findall(r"\w+", match["name"])):
            yield Finding(
                rule="personal_data",
                severity=Severity.BLOCK,
                text=f"A name that is not this customer's: “{match.group()}”.",
                span=match.span(),
                remedy="Take it out, or write to the customer by their own name.",
            )


def _astray(address: str, span: tuple[int, int]) -> Finding:
    return Finding(
        rule="injected_instruction",
        severity=Severity.BLOCK,
        text=f"No source names this way to us: “{address}”.",
        span=span,
        remedy="Take it out, or use the address that the article names.",
    )


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
