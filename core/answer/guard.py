"""Faults of a draft or of what an agent wrote: what must not leave on its own, and what the agent should look at.

findings(sentences, matches, style, now, stale_after, …)   # a draft, sentence by sentence
review(text, style=…, source=…, setting=…)       # any text; spans count its characters
deviations(text, style=…, source=…, setting=…)   # the same for a whole message, with greeting and closing
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass, replace
from datetime import datetime, timedelta

from core.answer.contract import faults_of
from core.answer.contract.stated import find_misstated
from core.answer.guardrails import (
    NO_RULES,
    HouseRules,
    breaches,
    find_obeyed_instructions,
    phrases,
    placeholders,
    promises,
    strangers,
    tone,
)
from core.answer.style import StyleCard
from core.knowledge.match import Match, conflicts
from core.knowledge.passages import Shape, heading, lines, sentence_spans
from core.model.draft import Finding, Sentence, SentenceKind, Severity
from core.model.knowledge import Audience, Passage
from core.privacy.personal import Known

# ------------------------------------------------------------------
# How a text departs from the style card: words, tone, missing lines. Every deviation is named, with its place.
#
# `deviations` reads a whole message (a draft, or what an agent wrote); `in_words` one sentence of it.

_CAPITAL = "[A-ZÄÖÜÉÈÑ]"
# One long word, or several of which one is no mere abbreviation.
_SHOUTED = re.compile(
    rf"(?<!\w)(?={_CAPITAL}{{6}}|(?:{_CAPITAL}+\s+)*{_CAPITAL}{{4}})(?:{_CAPITAL}{{6,}}|{_CAPITAL}+(?:\s+{_CAPITAL}+)+)(?!\w)"
)
_EMOJI = re.compile("[\U0001f300-\U0001faff\u2600-\u27bf\ufe0f]+|(?<!\\w)[:;]-?[)(DP](?!\\w)")
_MARKS = re.compile(r"!+")
_WORD = re.compile(r"\w[\w'’-]*")
_PLACE = re.compile(r"\\\{\w+\\\}")


def style_deviations(text: str, card: StyleCard, *, language: str, intent: str = "") -> tuple[Finding, ...]:
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
        line = disclaimer.text_in(language)
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


def is_of_card(sentence: str, card: StyleCard, language: str) -> bool:
    """Whether it is a sentence of the card's own lines, whoever is named in it."""
    own = (line for line in astuple(card.courtesies(language)) if line)
    forms = (line[a:b] for line in own for a, b in sentence_spans(line, 0, len(line)))
    return any(_like(form).fullmatch(_even(sentence)) for form in forms)


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


# ------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What surrounds a text: whose words it answers, the facts of the case, the house rules. `brand` is the customer's;
    `known` is what the profile says about them."""

    customer: str = ""
    record: str = ""
    language: str = "en"
    intent: str = ""
    brand: str = ""
    rules: HouseRules = NO_RULES
    known: tuple[Known, ...] = ()


NOWHERE = Setting()
_NEAR = 60  # characters about a graver fault in which a claim is part of it


def findings(
    sentences: Sequence[Sentence],
    matches: Sequence[Match],
    style: StyleCard,
    now: datetime,
    stale_after: timedelta,
    setting: Setting = NOWHERE,
) -> tuple[Finding, ...]:
    """All faults of a draft, in the order of the sentences they concern; what is missing comes last.

    Expects sentences that the contract has kept: claims without a source are struck there."""
    found: list[Finding] = []
    source = "\n".join(_source(sentence) for sentence in sentences)
    for place, sentence in enumerate(sentences):
        found += (
            replace(finding, sentence=place) for finding in _of(sentence, style, now, stale_after, setting, source)
        )
    body = "\n".join(sentence.text for sentence in sentences)
    return (
        *found,
        *(f for f in phrases(body, setting.rules, setting.intent, setting.language) if f.span is None),
        *missing(body, style, language=setting.language, intent=setting.intent),
        *conflicts(sentences, matches, now - stale_after),
    )


def review(text: str, *, style: StyleCard, source: str = "", setting: Setting = NOWHERE) -> tuple[Finding, ...]:
    """All faults of a text that anybody wrote, in its order; what is missing comes last.

    `source` is what the text may rest on: the quotes of the draft it came from, or public passages."""
    found = [
        *in_words(text, style),
        *marks(text, style),
        *tone(text),
        *_everywhere(text, source, setting),
        *phrases(text, setting.rules, setting.intent, setting.language),
        *_claims(text, source, setting),
        *missing(text, style, language=setting.language, intent=setting.intent),
    ]
    return tuple(sorted(_apart(found), key=lambda finding: finding.span or (len(text), len(text))))


def deviations(text: str, *, style: StyleCard, source: str = "", setting: Setting = NOWHERE) -> tuple[Finding, ...]:
    """As `review`, for a whole message that somebody is about to send: its greeting, closing and long sentences too."""
    by_card = style_deviations(text, style, language=setting.language, intent=setting.intent)
    found = dict.fromkeys([*review(text, style=style, source=source, setting=setting), *by_card])
    return tuple(sorted(found, key=lambda finding: finding.span or (len(text), len(text))))


def _of(
    sentence: Sentence, style: StyleCard, now: datetime, stale_after: timedelta, setting: Setting, source: str
) -> Iterator[Finding]:
    yield from in_words(sentence.text, style)
    if sentence.kind is SentenceKind.COURTESY:
        return  # the style card's own lines
    yield from tone(sentence.text)
    if sentence.citation is not None:
        yield from unfit(sentence.citation.passage, now=now, stale_after=stale_after, brand=setting.brand)
    yield from _everywhere(sentence.text, source, setting)
    yield from (f for f in phrases(sentence.text, setting.rules, "") if f.span is not None)


def _everywhere(text: str, source: str, setting: Setting) -> Iterator[Finding]:
    """What holds for a draft's sentence as for a whole text."""
    yield from promises(text)
    yield from placeholders(text)
    yield from breaches(text, setting.rules)
    yield from find_obeyed_instructions(text, source=source, customer=setting.customer)
    yield from strangers(text, source=source, customer=setting.customer, record=setting.record, known=setting.known)


def _claims(text: str, source: str, setting: Setting) -> Iterator[Finding]:
    """Figures, dates and addresses that nothing bears out. Without a source there is nothing to compare with."""
    if not source:
        return
    echoed = f"{setting.customer}\n{setting.record}"
    for fault in find_misstated(text, f"{source}\n{setting.record}", "", echoed):
        yield Finding(
            rule="unsupported_claim",
            severity=Severity.BLOCK,
            text=f"{fault.text}.",
            span=fault.span,
            remedy="Say it as the source does, or leave it out.",
        )


def _apart(found: Iterable[Finding]) -> Iterator[Finding]:
    """Without an unsupported claim where something graver was found in the same place."""
    every = list(found)
    rules = ("injected_instruction", "personal_data", "policy_breach")
    graver = [f.span for f in every if f.span and f.rule in rules and f.severity is Severity.BLOCK]
    for finding in every:
        span = finding.span
        if (
            finding.rule == "unsupported_claim"
            and span
            and any(a - _NEAR < span[1] and span[0] < b + _NEAR for a, b in graver)
        ):
            continue
        yield finding


def _source(sentence: Sentence) -> str:
    if sentence.citation is None:
        return sentence.record or ""
    return f"{heading(sentence.citation.passage)}\n{sentence.citation.quote}"


def claims(sentence: Sentence, setting: Setting = NOWHERE) -> tuple[Finding, ...]:
    """What a cited sentence states beyond its quote, each with its place; for a sentence that somebody has edited.

    `setting.language` is that of the sentence: one from a source in another language is held to what can be compared
    across languages."""
    if sentence.citation is None:
        return ()
    faults = faults_of(sentence, customer=setting.customer, record=setting.record, language=setting.language)
    return tuple(
        Finding(
            rule="unsupported_claim",
            severity=Severity.BLOCK,
            text=f"{fault.kind.capitalize()}: {fault.text}.",
            span=fault.span,
            remedy="Say it as the source does, or leave it out.",
        )
        for fault in faults
    )


# ------------------------------------------------------------------
# Faults of the source: stale, expired, not for everybody, of another brand.


def unfit(passage: Passage, *, now: datetime, stale_after: timedelta, brand: str = "") -> Iterator[Finding]:
    """Why a passage must not be quoted to this customer today."""
    if passage.audience is not Audience.PUBLIC:
        yield _block("internal_source", f"“{passage.title}” is not for customers.", "Quote a public article.")
    if passage.updated_at and now - passage.updated_at > stale_after:
        yield _block(
            "stale_source",
            f"“{passage.title}” was last changed on {passage.updated_at:%Y-%m-%d}.",
            "Have the article confirmed or brought up to date.",
        )
    if passage.expires_at and passage.expires_at <= now:
        yield _block(
            "expired_source", f"“{passage.title}” ended on {passage.expires_at:%Y-%m-%d}.", "Quote what holds now."
        )
    if passage.brand and passage.brand != brand:
        told = f"“{passage.title}” is for customers of {passage.brand}."
        yield _block("wrong_brand_source", told, f"Quote one of {brand or 'every brand'}.")


def _block(rule: str, text: str, remedy: str) -> Finding:
    return Finding(rule=rule, severity=Severity.BLOCK, text=text, remedy=remedy)
