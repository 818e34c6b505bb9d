"""What the offers did: per rule, with honest denominators, against the visitors who were held out."""

from collections.abc import Sequence
from dataclasses import dataclass

from core.measure.statistics import Share
from core.model.journey import OfferCount, OfferState

SEEN = frozenset({OfferState.SHOWN, OfferState.ACCEPTED, OfferState.DECLINED})
OFFERED = SEEN | {OfferState.PLACED, OfferState.PLANNED}


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleResult:
    """`shown` of the offers made, `accepted` and `declined` of those shown; `wrote` is who wrote to us within the day,
    of all who were offered help whether they saw it or not, and `wrote_held_out` of those who were held out."""

    rule: str
    offered: int
    held_out: int
    shown: Share
    accepted: Share
    declined: Share
    wrote: Share
    wrote_held_out: Share


def results(counts: Sequence[OfferCount]) -> list[RuleResult]:
    """In the order of the rules' names."""
    return [_result(rule, [c for c in counts if c.rule == rule]) for rule in sorted({c.rule for c in counts})]


def is_comparable(counts: Sequence[OfferCount]) -> bool:
    """Whether messages carry their visitor's name whoever writes: seen of somebody who did not accept an offer. Where
    it comes only with a yes, who was held out never counts as having written, and every offer looks like a success."""
    return any(count.wrote for count in counts if count.state is not OfferState.ACCEPTED)


def _result(rule: str, counts: Sequence[OfferCount]) -> RuleResult:
    def number(states: frozenset[OfferState]) -> int:
        return sum(count.offers for count in counts if count.state in states)

    def wrote(states: frozenset[OfferState]) -> int:
        return sum(count.wrote for count in counts if count.state in states)

    offered, shown, out = number(OFFERED), number(SEEN), frozenset({OfferState.HELD_OUT})
    return RuleResult(
        rule=rule,
        offered=offered,
        held_out=number(out),
        shown=Share(hits=shown, cases=offered),
        accepted=Share(hits=number(frozenset({OfferState.ACCEPTED})), cases=shown),
        declined=Share(hits=number(frozenset({OfferState.DECLINED})), cases=shown),
        wrote=Share(hits=wrote(OFFERED), cases=offered),
        wrote_held_out=Share(hits=wrote(out), cases=number(out)),
    )
