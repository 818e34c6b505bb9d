"""Amounts, deadlines and shares beyond what the house rules allow."""

import re
from collections.abc import Iterator, Sequence

from core.answer.contract.fact import FaultKind, Quantity
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
# Money that goes to the customer, by whatever name.
_PAYS_OUT = re.compile(
    r"(?<!\w)(?:(?:send|give|pay|transfer|return|wire)(?:ing|s)? (?:you |it )?(?:back )?(?:the |your )?money|money back"
    r"|pay you|Geld (?:zurück|überweisen|senden)|Ihnen (?:das|Ihr) Geld|su dinero|votre argent)(?!\w)",
    re.IGNORECASE,
)
_GOES_ON = re.compile(r"(?:It|That|This|They|Es|Das|Dies|Eso|Esto|Cela|C['’]est|Ce sera)(?!\w)")


def breaches(text: str, rules: HouseRules) -> Iterator[Finding]:
    """Each figure above its limit, in a sentence that speaks of what is limited or goes on about it ("It is …"); an
    amount in a currency that none of the limits knows is for somebody to look at."""
    for limit in rules.limits:
        yield from _breaches(text, limit)
    yield from _uncounted(text, rules.limits)


def _breaches(text: str, limit: Limit) -> Iterator[Finding]:
    most = _most(limit)
    for first, last in _speaking(text, limit):
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


def _uncounted(text: str, limits: Sequence[Limit]) -> Iterator[Finding]:
    """Amounts in a currency for which what is limited has no limit."""
    money = [limit for limit in limits if limit.words and _most(limit).kind is FaultKind.AMOUNT]
    counted: dict[tuple[int, int], set[str]] = {}
    for limit in money:
        for span in _speaking(text, limit):
            counted.setdefault(span, set()).add(_most(limit).unit)
    for (first, last), units in counted.items():
        for said in facts(text[first:last]).quantities:
            span = (first + said.start, first + said.end)
            if said.kind is FaultKind.AMOUNT and said.unit not in units and not _GIVES.search(text[first : span[0]]):
                yield Finding(
                    rule="policy_breach",
                    severity=Severity.WARN,
                    text=f"“{text[slice(*span)].strip()}” is in a currency that has no limit here.",
                    span=span,
                    remedy="Compare it with the limit yourself, or ask somebody who may decide it.",
                )


def _most(limit: Limit) -> Quantity:
    return facts(limit.most).quantities[0]


def _speaking(text: str, limit: Limit) -> Iterator[tuple[int, int]]:
    """The sentences that speak of what is limited, and those right behind that only point back."""
    about = re.compile("|".join(rf"(?<!\w){re.escape(word)}" for word in limit.words), re.IGNORECASE)
    money = bool(limit.words) and _most(limit).kind is FaultKind.AMOUNT
    before = False
    for first, last in _sentences(text):
        named = about.search(text, first, last) or (money and _PAYS_OUT.search(text, first, last))
        before = bool(named) or (before and _GOES_ON.match(text, first) is not None)
        if before:
            yield first, last


def _sentences(text: str) -> list[tuple[int, int]]:
    found: dict[int, tuple[int, int]] = {}
    for clause in clauses(text):
        first, _ = found.get(clause.sentence, (clause.start, clause.end))
        found[clause.sentence] = (first, clause.end)
    return list(found.values())
