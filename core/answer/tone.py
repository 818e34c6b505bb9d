"""How a text departs from the style card: words, tone, missing lines. Every deviation is named, with its place.

`deviations` reads a whole message (a draft, or what an agent wrote); `in_words` one sentence of it.
"""

import re
from collections.abc import Iterator, Mapping

from core.answer.style import StyleCard
from core.knowledge.sentences import Shape, lines
from core.model.draft import Finding, Severity

_CAPITAL = "[A-ZÄÖÜÉÈÑ]"
# One long word, or several of which one is no mere abbreviation.
_SHOUTED = re.compile(
    rf"(?<!\w)(?={_CAPITAL}{{6}}|(?:{_CAPITAL}+\s+)*{_CAPITAL}{{4}})(?:{_CAPITAL}{{6,}}|{_CAPITAL}+(?:\s+{_CAPITAL}+)+)(?!\w)"
)
_EMOJI = re.compile("[\U0001f300-\U0001faff\u2600-\u27bf\ufe0f]+|(?<!\\w)[:;]-?[)(DP](?!\\w)")
_MARKS = re.compile(r"!+")
_WORD = re.compile(r"\w[\w'’-]*")
_PLACE = re.compile(r"\\\{\w+\\\}")


def deviations(text: str, card: StyleCard, *, language: str, intent: str = "") -> tuple[Finding, ...]:
    """Every deviation of a whole message, in the order of the text; what is missing comes last.

    Spans count the characters of `text`."""
    found = [*in_words(text, card), *marks(text, card), *_long(text, card)]
    found.sort(key=lambda finding: finding.span or (0, 0))
    return (*found, *_frame(text, card, language), *missing(text, card, language=language, intent=intent))


def in_words(text: str, card: StyleCard) -> Iterator[Finding]:
    """Restricted words, shouting and emoji, with their place in the text."""
    for word in card.restricted:
        for match in re.finditer(rf"(?<!\w){re.escape(word)}(?!\w)", text, re.IGNORECASE):
            instead = card.instead.get(word)
            yield Finding(
                rule="restricted_words",
                severity=Severity.BLOCK,
                text=f"The style card does not allow “{match.group()}”.",
                span=match.span(),
                remedy=f"Write “{instead}”." if instead else "Leave it out or say it in other words.",
            )
    if not card.tone.capitals:
        for match in _SHOUTED.finditer(text):
            yield _warning("shouting", match, "Written in capitals", "Write it in ordinary letters.")
    if not card.tone.emoji:
        for match in _EMOJI.finditer(text):
            yield _warning("emoji", match, "The style card has no emoji", "Leave it out.")


def missing(text: str, card: StyleCard, *, language: str, intent: str = "") -> Iterator[Finding]:
    """Lines that the card wants in a message of this intent, or one that speaks of these things."""
    said = _even(text)
    for disclaimer in card.disclaimers:
        line = disclaimer.said(language)
        about = any(re.search(rf"(?<!\w){re.escape(word.casefold())}", said) for word in disclaimer.words)
        if (about or (intent and intent in disclaimer.intents)) and _even(line) not in said:
            yield Finding(
                rule="missing_disclaimer",
                severity=Severity.WARN,
                text=f"A required line is missing: “{line}”",
                remedy="Add the line as it stands.",
            )


def marks(text: str, card: StyleCard) -> Iterator[Finding]:
    """Exclamation marks beyond what the card allows."""
    runs = list(_MARKS.finditer(text))
    allowed = card.tone.exclamation_marks
    for place, match in enumerate(runs):
        if place >= allowed or len(match.group()) > 1:
            yield _warning(
                "exclamation_marks",
                match,
                f"More exclamation marks than the {allowed} allowed",
                "End with a full stop.",
            )


def _long(text: str, card: StyleCard) -> Iterator[Finding]:
    limit = card.tone.longest_sentence
    for line in lines(text) if limit else ():
        count = len(_WORD.findall(line.text))
        if line.shape is Shape.PROSE and count > limit:
            yield Finding(
                rule="long_sentence",
                severity=Severity.WARN,
                text=f"A sentence of {count} words; the style card has {limit} at most.",
                span=(line.start, line.end),
                remedy="Make two sentences of it.",
            )


def _frame(text: str, card: StyleCard, language: str) -> Iterator[Finding]:
    """A message that neither greets nor closes as the card does."""
    lines = card.courtesies(language)
    wanted: Mapping[str, tuple[str, ...]] = {
        "greeting": (lines.greeting, lines.greeting_unnamed),
        "closing": (lines.closing,),
    }
    for rule, forms in wanted.items():
        if not any(_like(form).search(_even(text)) for form in forms):
            yield Finding(
                rule=f"no_{rule}",
                severity=Severity.WARN,
                text=f"There is no {rule} as the style card has it.",
                remedy=f"The card's: “{forms[0]}”",
            )


def _like(form: str) -> re.Pattern[str]:
    """A line of the card with anything in the places of its names."""
    return re.compile(_PLACE.sub(r"[^\n.,!?]{1,60}", re.escape(_even(form))))


def _even(text: str) -> str:
    return " ".join(text.casefold().split())


def _warning(rule: str, match: re.Match[str], told: str, remedy: str) -> Finding:
    return Finding(
        rule=rule,
        severity=Severity.WARN,
        text=f"{told}: “{match.group()}”.",
        span=match.span(),
        remedy=remedy,
    )
