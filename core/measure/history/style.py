"""A style card to start from: how the company's agents greet, end and punctuate, read off their replies."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from core.measure.history.decided import Replayed
from core.measure.statistics import Share
from core.read.turn_input import spoken_words
from core.text.courtesies import BUILT_IN

FEWEST = 10  # replies in a language, below which nothing is said of it
COMMON = 0.2  # share of the replies from which a line is the company's own
_NAMES = re.compile(r"(?:\[name\]\s*)+")
_EMOJI = re.compile("[\U0001f300-\U0001faff☀-➿]")
_SENTENCE = re.compile(r"[^.!?\n]+[.!?]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line that many replies have, as a style card writes it; `used` says how many, `tickets` some of them."""

    text: str
    used: Share
    tickets: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sound:
    """How replies in one language sound. `longest` is the length in words that one sentence in twenty exceeds."""

    language: str
    replies: int
    greeting: Line | None
    closing: Line | None
    exclamations: int
    emoji: Share
    longest: int


def sounds(turns: Iterable[Replayed]) -> list[Sound]:
    """One for each language with enough replies that Handrail has lines in, the most frequent first."""
    replies: dict[str, list[tuple[str, str]]] = {}
    for each in turns:
        language = each.decision.signals.language.value
        for message in each.turn.replies:
            replies.setdefault(language, []).append((each.ticket, spoken_words(message.text)))
    found = [
        _sound(language, said) for language, said in replies.items() if len(said) >= FEWEST and language in BUILT_IN
    ]
    return sorted(found, key=lambda each: -each.replies)


def card(found: Sequence[Sound], company: str = "") -> Mapping[str, object]:
    """As style.yaml has it; only what was seen. The rest of the card keeps the lines that come with Handrail."""
    if not found:
        return {}
    languages = {
        each.language: {
            name: line.text
            for name, line in (("greeting", each.greeting), ("closing", each.closing))
            if line is not None and (name != "greeting" or "{name}" in line.text)
        }
        for each in found
    }
    first = found[0]
    tone = {
        "exclamation_marks": first.exclamations,
        "emoji": (first.emoji.value or 0.0) >= COMMON,
        "longest_sentence": first.longest,
    }
    named = {"company": company} if company else {}
    return {"version": 1, **named, "languages": {k: v for k, v in languages.items() if v}, "tone": tone}


def _sound(language: str, replies: Sequence[tuple[str, str]]) -> Sound:
    texts = [text for _, text in replies]
    lengths = [len(part.split()) for text in texts for part in _SENTENCE.findall(text) if len(part.split()) > 1]
    return Sound(
        language=language,
        replies=len(replies),
        greeting=_common([(ticket, _greeting(text)) for ticket, text in replies]),
        closing=_common([(ticket, _closing(text)) for ticket, text in replies]),
        exclamations=int(np.percentile([text.count("!") for text in texts], 95)),
        emoji=Share(hits=sum(bool(_EMOJI.search(text)) for text in texts), cases=len(texts)),
        longest=int(np.percentile(lengths or [0], 95)),
    )


def _greeting(text: str) -> str:
    """ "Hi {name}," where that is how it begins; names are masked already."""
    begun = re.match(r"[^\n,.!?:;]{1,40}[,!:]?", text.strip())
    line = _NAMES.sub("{name}", begun.group()).strip() if begun else ""
    return line if "{name}" in line and len(line.split()) <= 4 else ""


def _closing(text: str) -> str:
    lines = [line.strip() for line in text.strip().splitlines() if line.strip()]
    last = lines[-1] if len(lines) > 1 else ""
    return last if last and "[" not in last and len(last.split()) <= 12 else ""


def _common(lines: Sequence[tuple[str, str]]) -> Line | None:
    counted = Counter(line for _, line in lines if line)
    if not counted:
        return None
    text, count = counted.most_common(1)[0]
    used = Share(hits=count, cases=len(lines))
    if (used.value or 0.0) < COMMON:
        return None
    tickets = tuple(dict.fromkeys(ticket for ticket, line in lines if line == text))
    return Line(text=text, used=used, tickets=tickets)
