"""A risk detector is a line of a table: what to look for, what does not count, and why it matters."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from core.model.signals import Evidence, Scored


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """Fires when one of `patterns` is found outside every match of `unless`.

    Patterns are regular expressions without regard to case; a space stands for any white space. `why` is what a
    person is told, `confidence` how often such words mean it."""

    trigger: str
    label: str
    why: str
    patterns: tuple[str, ...]
    unless: tuple[str, ...] = ()
    confidence: float = 0.9


def fire_rules(rules: Iterable[Rule], text: str) -> tuple[Scored, ...]:
    """Each trigger at most once, with all the words that show it; surest first."""
    found: dict[str, list[tuple[Rule, list[Evidence]]]] = {}
    plain = text.replace("’", "'").replace("\u00a0", " ")
    for rule in rules:
        if shown := _evidence(rule, plain, text):
            found.setdefault(rule.trigger, []).append((rule, shown))
    scored = [_scored(trigger, hits) for trigger, hits in found.items()]
    return tuple(sorted(scored, key=lambda risk: -risk.confidence))


def _scored(trigger: str, hits: list[tuple[Rule, list[Evidence]]]) -> Scored:
    best = max((rule for rule, _ in hits), key=lambda rule: rule.confidence)
    spans = {(e.start, e.end): e for _, shown in hits for e in shown}
    evidence = tuple(spans[key] for key in sorted(spans))
    return Scored(
        value=trigger, confidence=best.confidence, label=best.label, evidence=evidence, made_by=f"rule:{trigger}"
    )


def _evidence(rule: Rule, plain: str, text: str) -> list[Evidence]:
    excused = [match.span() for pattern in rule.unless for match in compile_pattern(pattern).finditer(plain)]
    return [
        Evidence(start=match.start(), end=match.end(), words=text[match.start() : match.end()])
        for pattern in rule.patterns
        for match in compile_pattern(pattern).finditer(plain)
        if not any(start < match.end() and match.start() < end for start, end in excused)
    ]


@lru_cache(maxsize=1024)
def compile_pattern(pattern: str) -> re.Pattern[str]:
    """A table's pattern as an expression on whole words."""
    spaced = pattern.replace(" ?", r"\s*").replace(" ", r"\s+")
    return re.compile(rf"(?<!\w)(?:{spaced})(?!\w)", re.IGNORECASE)
