"""Personal data in synthetic texts: what masking before a model finds, beside plain patterns.

Nothing is fitted when this runs: the patterns are in the code. They were written with every row of DATA in view, so
only figures over HELDOUT are of texts not seen. The differences are to the baseline that counts valid phone numbers
alone: with every possible one it takes years, prices and house numbers for phones.
"""

import re

import phonenumbers

from apps.evaluate.personal import SYSTEM, Span, milliseconds, ours, scores, tally, texts
from apps.evaluate.report import Score
from benchmarks.quality.sources import Sources
from core.privacy.patterns import luhn
from core.privacy.personal import Kind

SET = "pii_presidio_synth"
VALID = "regex + Luhn + phonenumbers"
POSSIBLE = "the same, any possible number"
_PATTERNS = {
    Kind.EMAIL: re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"),
    Kind.LINK: re.compile(r"https?://\S+|www\.\S+"),
    Kind.IBAN: re.compile(r"\b[A-Z]{2}\d{2}[A-Z0-9]{11,30}\b"),
    Kind.IP: re.compile(r"\b(?:\d{1,3}\.){3}\d{1,3}\b|\b(?:[0-9a-f]{1,4}:){7}[0-9a-f]{1,4}\b", re.IGNORECASE),
    Kind.ID: re.compile(r"\b\d{3}-\d{2}-\d{4}\b"),
}
_CARD = re.compile(r"\b\d(?:[ -]?\d){11,18}\b")
_REGIONS = ("US", "GB", "DE", "FR", "CH", "SE", "AU")


def plain(text: str, leniency: int) -> list[Span]:
    """The simple baseline: a pattern for each kind, the Luhn check for cards, and the phonenumbers package's own
    search under seven regions."""
    found = [
        Span(start=m.start(), end=m.end(), kind=kind)
        for kind, pattern in _PATTERNS.items()
        for m in pattern.finditer(text)
    ]
    for match in _CARD.finditer(text):
        if luhn("".join(char for char in match.group() if char.isdigit())):
            found.append(Span(start=match.start(), end=match.end(), kind=Kind.CARD))
    for region in _REGIONS:
        for number in phonenumbers.PhoneNumberMatcher(text, region, leniency=leniency):
            span = Span(start=number.start, end=number.end, kind=Kind.PHONE)
            if not any(span.meets(other) for other in found):
                found.append(span)
    return found


def measure(sources: Sources) -> list[Score]:
    rows = sources.reported(SET, having="spans")
    part = "held out" if rows else "all of DATA, which the patterns were written with in view"
    cases = texts(rows or [row for row in sources.tuning(SET) if "spans" in row])
    mine = [tally(case, ours(case.text)) for case in cases]
    valid = [tally(case, plain(case.text, phonenumbers.Leniency.VALID)) for case in cases]
    possible = [tally(case, plain(case.text, phonenumbers.Leniency.POSSIBLE)) for case in cases]
    return [
        *scores(mine, name=SET, part=part, against=(VALID, valid)),
        *scores(valid, name=SET, system=VALID, part=part),
        *scores(possible, name=SET, system=POSSIBLE, part=part),
        Score(
            set=SET,
            figure="ms for a text",
            system=SYSTEM,
            value=milliseconds(cases, ours),
            cases=len(cases),
            aim=1.0,
            at_most=True,
            part=part,
        ),
    ]
