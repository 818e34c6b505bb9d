"""Faults of a draft: what must not leave on its own, and what the agent should look at."""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from core.answer.conflict import conflicts
from core.answer.ground import unproved
from core.answer.match import Match
from core.answer.passages import heading
from core.answer.style import StyleCard
from core.model.draft import Finding, Sentence, Severity
from core.model.knowledge import Audience

STALE_AFTER = timedelta(days=730)
_PROMISE = re.compile(
    r"(?<!\w)(?:(?:we|i)(?:'ll| will| can)? (?:guarantee|promise|assure)|guaranteed(?! for \d)|(?:we"
    r"|i) (?:will|'ll) (?:refund|compensate"
    r"|reimburse|credit) you|full compensation|at (?:no|any) cost to you|(?:absolutely|100 ?%) (?:sure"
    r"|safe|certain)|no risk"
    r"|we are liable|we accept liability|it is our fault|our fault|wir (?:garantieren|versprechen|haften)"
    r"|garantiert"
    r"|garantizamos|prometemos|nous (?:garantissons|promettons))(?!\w)",
    re.IGNORECASE,
)


def findings(
    sentences: Sequence[Sentence], matches: Sequence[Match], style: StyleCard, now: datetime, stale_after: timedelta
) -> tuple[Finding, ...]:
    """All faults, in the order of the sentences they concern."""
    return (
        *_of_sources(sentences, now, stale_after),
        *_of_words(sentences, style),
        *_missing(sentences, style),
        *conflicts(sentences, matches, now - stale_after),
    )


def _of_sources(sentences: Sequence[Sentence], now: datetime, stale_after: timedelta) -> Iterable[Finding]:
    for place, sentence in enumerate(sentences):
        if sentence.citation is None:
            continue
        passage = sentence.citation.passage
        if passage.audience is not Audience.PUBLIC:
            yield Finding(
                rule="internal_source",
                severity=Severity.BLOCK,
                text=f"“{passage.title}” is not for customers.",
                sentence=place,
            )
        if passage.updated_at and now - passage.updated_at > stale_after:
            yield Finding(
                rule="stale_source",
                severity=Severity.BLOCK,
                text=f"“{passage.title}” was last changed on {passage.updated_at:%Y-%m-%d}.",
                sentence=place,
            )
        if fault := unproved(sentence.text, sentence.citation.quote, heading(passage)):
            yield Finding(
                rule="ungrounded", severity=Severity.BLOCK, text=f"The source does not say it: {fault}.", sentence=place
            )


def _of_words(sentences: Sequence[Sentence], style: StyleCard) -> Iterable[Finding]:
    for place, sentence in enumerate(sentences):
        if promise := _PROMISE.search(sentence.text):
            yield Finding(
                rule="risky_promise",
                severity=Severity.BLOCK,
                text=f"Promises something: “{promise.group()}”.",
                sentence=place,
            )
        for word in style.restricted:
            if re.search(rf"(?<!\w){re.escape(word)}(?!\w)", sentence.text, re.IGNORECASE):
                yield Finding(
                    rule="restricted_words",
                    severity=Severity.BLOCK,
                    text=f"The style card does not allow “{word}”.",
                    sentence=place,
                )


def _missing(sentences: Sequence[Sentence], style: StyleCard) -> Iterable[Finding]:
    body = " ".join(sentence.text for sentence in sentences).casefold()
    for disclaimer in style.disclaimers:
        if any(word.casefold() in body for word in disclaimer.words) and disclaimer.text.casefold() not in body:
            yield Finding(
                rule="missing_disclaimer", severity=Severity.WARN, text=f"Should also say: “{disclaimer.text}”"
            )
