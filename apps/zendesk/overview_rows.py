"""The overview's figures as JSON: every share with its cases and how far it can be trusted."""

from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

from core.knowledge.gaps import Group
from core.measure.overview import FEWEST, Adopted, HandedOver, Work
from core.measure.pulse import PulseWeek
from core.measure.share import Share
from core.model.cost import MICRO
from core.model.decision import Action
from core.model.figures import Queues, Waiting, Waits
from core.model.knowledge import Gap

Json = dict[str, Any]
Names = Mapping[str, str]
WORDINGS = 4  # of one question


def share_row(share: Share) -> Json:
    return {
        "hits": share.hits,
        "cases": share.cases,
        "value": share.value,
        "low": share.low,
        "high": share.high,
        "enough": share.cases >= FEWEST,
    }


def work_row(work: Work, labels: Names, reasons: Names) -> Json:
    """`labels` name intents, `reasons` the rules that hand over."""
    return {
        "days": [day.isoformat() for day in work.days],
        "decisions": work.decisions,
        "actions": {action.value: [work.actions[day][action] for day in work.days] for action in Action},
        "handed_over": [_handed_row(one, reasons) for one in work.handed_over],
        "abstained": share_row(work.abstained),
        "adoption": _adoption_row(work, labels),
        "ratings": [_ratings_row(work, thumb) for thumb in ("up", "down")],
        "waits": {
            "all": _waits_row(work.waits),
            "days": [_waits_row(work.waits_by_day.get(day)) for day in work.days],
        },
        "costs": _costs_row(work),
    }


def _handed_row(one: HandedOver, reasons: Names) -> Json:
    return {"rule": one.rule, "label": reasons.get(one.rule, ""), "team": one.team, "count": one.count}


def _adoption_row(work: Work, labels: Names) -> Json:
    return {
        **_adopted_row(work.adopted, labels),
        "open": work.open,
        "withdrawn": work.withdrawn,
        "sent": work.sent,
        "intents": [_adopted_row(one, labels) for one in work.by_intent],
    }


def _adopted_row(one: Adopted, labels: Names) -> Json:
    return {
        "intent": one.intent,
        "label": labels.get(one.intent, one.intent),
        "used": one.used,
        "edited": one.edited,
        "ignored": one.ignored,
        "taken": share_row(one.taken),
        "words": one.words,
        "edits": one.edits,
    }


def _ratings_row(work: Work, thumb: str) -> Json:
    """A rating may have several reasons, so that they do not add up to the ratings."""
    mine = [one for one in work.rated if one.thumb == thumb]
    reasons: Counter[str] = Counter()
    for one in mine:
        for reason in one.reasons:
            reasons[reason] += one.count
    return {
        "thumb": thumb,
        "count": sum(one.count for one in mine),
        "said": sum(one.count for one in mine if one.said),
        "reasons": [{"reason": reason, "count": count} for reason, count in reasons.most_common()],
    }


def _waits_row(waits: Waits | None) -> Json | None:
    if waits is None:
        return None
    return {"cases": waits.count, "p50": waits.p50, "p95": waits.p95, "enough": waits.count >= FEWEST}


def _costs_row(work: Work) -> list[Json]:
    """One row a currency; an amount for each day."""
    rows = []
    for currency in sorted({one.currency for one in work.spent}):
        mine = [one for one in work.spent if one.currency == currency]
        by_day = {one.day: one.micro / MICRO for one in mine}
        rows.append(
            {
                "currency": currency,
                "total": sum(by_day.values()),
                "decisions": sum(one.count for one in mine),
                "days": [by_day.get(day, 0.0) for day in work.days],
            }
        )
    return rows


def queues_row(queues: Queues) -> Json:
    return {
        "events": {
            "states": dict(queues.events),
            "late": queues.events_late,
            "since": queues.events_since.isoformat() if queues.events_since else None,
        },
        "effects": {
            "states": dict(queues.effects),
            "late": queues.effects_late,
            "since": queues.effects_since.isoformat() if queues.effects_since else None,
        },
        "undelivered": queues.undelivered,
    }


def waiting_row(waiting: Waiting) -> Json:
    return {
        "team": waiting.team,
        "agent": waiting.agent,
        "count": waiting.count,
        "since": waiting.since.isoformat(),
    }


def gap_row(group: Group, ticket_id: str | None, named: Callable[[Gap], str]) -> Json:
    newest = group.gaps[0]
    others = dict.fromkeys(gap.question for gap in group.gaps[1:] if gap.question != newest.question)
    nearest = newest.nearest[0] if newest.nearest else None
    return {
        "question": newest.question,
        "count": len(group.gaps),
        "conversations": group.conversations,
        "first_at": group.gaps[-1].at.isoformat(),
        "last_at": newest.at.isoformat(),
        "language": newest.language,
        "intent": named(newest) if newest.intent else "",
        "wordings": list(others)[:WORDINGS],
        "ticket": ticket_id,
        "nearest": {"title": nearest.title, "score": nearest.score} if nearest else None,
    }


def pulse_row(week: PulseWeek) -> Json:
    """Nothing is told of a week in which so few answered that it would say who."""
    return {
        "week": week.week,
        "asked": week.asked,
        "answered": week.answered,
        "counts": [count for _, count in sorted(week.counts.items())] if week.counts is not None else None,
        "helps": share_row(week.helps) if week.helps is not None else None,
    }
