"""Amounts, deadlines and shares beyond what the house rules allow."""

import re
from collections.abc import Iterator

from core.answer.contract.stated import facts
from core.answer.contract.wording import clauses
from core.answer.guardrails.rules import HouseRules, Limit
from core.model.draft import Finding, Severity

_GIVES = re.compile(
    r"(?<!\w)(?:above|over|more than|exceed\w*|beyond|über|mehr als|más de|plus de|(?:order|orders|purchase|item"
    r"|device|paid"
    r"|cost|costs|price|charged) (?:of|over|for|at)?)\s*$",
    re.IGNORECASE,
)


def breaches(text: str, rules: HouseRules) -> Iterator[Finding]:
    """Each figure above its limit, in a sentence that speaks of what is limited."""
    for limit in rules.limits:
        yield from _breaches(text, limit)


def _breaches(text: str, limit: Limit) -> Iterator[Finding]:
    [most, *_] = facts(limit.most).quantities
    about = re.compile("|".join(rf"(?<!\w){re.escape(word)}" for word in limit.words), re.IGNORECASE)
    for first, last in _sentences(text):
        if not about.search(text, first, last):
            continue
        for said in facts(text[first:last]).quantities:
            place = first + said.start
            over = said.unit == most.unit and said.high > most.high
            # "orders over £100 travel free" promises nobody £100; a limit on everything said looks at that too
            if over and not (limit.words and _GIVES.search(text[first:place])):
                yield Finding(
                    rule="policy_breach",
                    severity=Severity.BLOCK,
                    text=f"“{text[place : first + said.end].strip()}” is more than the {limit.name} allows"
                    f" ({limit.most}).",
                    span=(place, first + said.end),
                    remedy=f"Stay within {limit.most}, or ask somebody who may decide it.",
                )


def _sentences(text: str) -> list[tuple[int, int]]:
    found: dict[int, tuple[int, int]] = {}
    for clause in clauses(text):
        first, _ = found.get(clause.sentence, (clause.start, clause.end))
        found[clause.sentence] = (first, clause.end)
    return list(found.values())
