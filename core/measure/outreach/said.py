"""The result of a campaign in sentences, for the card and for the command line."""

from collections.abc import Callable, Iterator
from datetime import datetime

from core.measure.outreach.results import FEWEST, Result, Verdict
from core.measure.statistics import Interval, Share
from core.model.cost import MICRO
from core.policy import Outreach

When = Callable[[datetime], str]
NO_PRICE = {
    Verdict.UNSURE: "; what a contact spared cost cannot be told",
    Verdict.CAUSED: " and no contact was spared",
}
UNKNOWN_PLAY = "What came of it cannot be told: no policy that is kept here has its play."


def sentences(result: Result, outreach: Outreach, when: When) -> Iterator[str]:
    """`when` says a moment as the reader is used to."""
    yield _contacted(result)
    yield _told(result, when)
    yield _money(result, outreach)
    yield _reactions(result)
    if result.arrived.cases:
        yield (
            f"Of {_people(result.arrived.cases)} whose message arrived {_hits(result.arrived)} did. That is no fair "
            "comparison: whom a message reaches is not drawn by lot."
        )


def _contacted(result: Result) -> str:
    days = "1 day" if result.days == 1 else f"{result.days} days"
    ever = "" if result.over else " so far"
    were = "was" if result.treated.cases == 1 else "were"
    told = (
        f"{_hits(result.treated)} of {_people(result.treated.cases)} who {were} to be written to contacted us about it "
        f"within {days}{ever}"
    )
    if not result.held_out.cases:
        return f"{told}."
    return f"{told}, and {_hits(result.held_out)} of {result.held_out.cases:,} who were left alone."


def _told(result: Result, when: When) -> str:
    match result.verdict:
        case Verdict.NOBODY_LEFT_ALONE:
            return "Whether the message changed that cannot be told: nobody was left alone (holdout 0)."
        case Verdict.TOO_FEW:
            return f"Whether the message changed that cannot be told: one group has fewer than {FEWEST} people."
        case Verdict.NOT_YET:
            return f"Whether the message changed that cannot be told before {when(result.until)}."
        case Verdict.SPARED:
            return f"The message spared {_span(result.spared)} contacts{_relative(result)}; 95 % intervals."
        case Verdict.CAUSED:
            more = _turned(result.spared)
            return f"The message made {_span(more)} more people contact us{_relative(result)}; 95 % intervals."
        case Verdict.UNSURE:
            return _unsure(result)


def _unsure(result: Result) -> str:
    spared = result.spared or Interval(value=0, low=0, high=0)
    return (
        f"Whether the message changed that cannot be told: anything from {max(0.0, -spared.low):,.0f} contacts more to "
        f"{max(0.0, spared.high):,.0f} fewer goes with these figures (95 % interval)."
    )


def _relative(result: Result) -> str:
    ratio = result.ratio
    if ratio.value is None:
        return ""
    fewer, low, high = (100 * (1 - each) for each in (ratio.value, ratio.high, ratio.low))
    if result.verdict is Verdict.SPARED:
        return f", {fewer:.0f} % of what would have come ({low:.0f} to {high:.0f} %)"
    return f", {ratio.value:.1f} times as many as would have ({ratio.low:.1f} to {ratio.high:.1f})"


def _money(result: Result, outreach: Outreach) -> str:
    spent = _amount(result.spent, outreach)
    if not outreach.costs:
        return "What the messages cost is not known: the policy has no outreach.costs."
    each = result.cost_each
    if each is None:
        return f"The messages cost {spent}{NO_PRICE.get(result.verdict, '')}."
    told = f"The messages cost {spent}, that is {_amounts(each, outreach)} for each contact spared."
    if not outreach.contact_cost or result.spared is None:
        return told
    worth = result.spared.times(outreach.contact_cost)
    return f"{told} At {_amount(outreach.contact_cost, outreach)} a contact they spared {_amounts(worth, outreach)}."


def _reactions(result: Result) -> str:
    wrote = f"{result.replied:,} wrote back" + (f", {result.replied_about:,} about it" if result.replied else "")
    messages = "message" if result.left == 1 else "messages"
    return f"{result.left:,} {messages} left; {wrote}; {result.opted_out:,} asked for no more."


def _hits(share: Share) -> str:
    return f"{share.hits:,}" if share.value is None else f"{share.hits:,} ({100 * share.value:.1f} %)"


def _people(count: int) -> str:
    return f"{count:,} {'person' if count == 1 else 'people'}"


def _span(span: Interval | None) -> str:
    return "" if span is None else f"{span.value:,.0f} ({span.low:,.0f} to {span.high:,.0f})"


def _turned(span: Interval | None) -> Interval | None:
    return None if span is None else Interval(value=-span.value, low=-span.high, high=-span.low)


def _amount(micro: float, outreach: Outreach) -> str:
    return f"{micro / MICRO:,.2f} {outreach.currency}"


def _amounts(span: Interval, outreach: Outreach) -> str:
    return f"{_amount(span.value, outreach)} ({span.low / MICRO:,.2f} to {span.high / MICRO:,.2f})"
