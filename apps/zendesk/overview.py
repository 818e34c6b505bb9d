"""The overview for those who lead: what waits, what was done, what is missing, and whether everybody answers;
every share stands with its cases and how far it can be trusted. For admins, the doctor's cheap checks too."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import Response, jsonify, request
from marshmallow import ValidationError

from apps.doctor.lines import Line
from apps.zendesk.parts import Route
from apps.zendesk.read_cache import ReadCache
from apps.zendesk.session import Visitor
from core.errors import HandrailError
from core.knowledge.gaps import Group, group_gaps
from core.measure.overview import FEWEST, Adopted, HandedOver, Work, work
from core.measure.pulse import PulseWeek, summary, week_of
from core.measure.statistics import Share
from core.model.cost import MICRO
from core.model.decision import Action
from core.model.figures import Queues, Waiting, Waits
from core.model.knowledge import Gap
from core.policy import Policy
from core.ports import Encoder, Now, Store

Json = dict[str, Any]
Names = Mapping[str, str]
WORDINGS = 4  # of one question


def share_row(share: Share) -> Json:
    return {**share.row(), "enough": share.cases >= FEWEST}


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
    name = one.rule.removeprefix("trigger:")
    return {"rule": one.rule, "name": name, "label": reasons.get(one.rule, ""), "team": one.team, "count": one.count}


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


# Without the signed test events, which this very process would have to take, and without the vendors' long lists.
CHEAP = (
    *("policy", "database", "queue", "workers", "backlog", "certificate"),
    *("access", "webhook", "articles", "app", "sidebar key"),
    *("account", "number", "calls", "whatsapp", "integration", "webhook secret", "token", "channels", "endpoint"),
)
WITHIN = 8.0  # seconds for all of them together
KEPT = timedelta(seconds=60)  # however many admins press the button


@dataclass(frozen=True, slots=True, kw_only=True)
class Checks:
    examine: Callable[[], Sequence[Line]]
    now: Now
    seen: ReadCache[str, Json]

    def routes(self) -> Sequence[Route]:
        # Lines name files and addresses of the server: they are for who looks after it.
        return (Route("overview/checks", "GET", self.look, "admin"),)

    def look(self, _: Visitor) -> Response:
        """Looked now, or within the last minute."""
        now = self.now()
        return jsonify(
            self.seen("checks", now, lambda: {"at": now.isoformat(), "lines": list(map(_row, self.examine()))})
        )


def _row(line: Line) -> Json:
    seen = line.seen
    return {
        "section": line.section,
        "check": line.check,
        "state": seen.state.value,
        "found": seen.found,
        "fix": seen.fix,
    }


PERIODS = (7, 30)  # days
MOST_GAPS = 300  # the newest: what is alike is found by comparing each with each group
SHOWN_GAPS = 20
PULSE_WEEKS = 12
PING_SECONDS = 0.7
FRESH = timedelta(seconds=20)  # several who look at once share one look at the store
PINGED = timedelta(seconds=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Machines:
    """How the other processes are asked. `connected` names the sources of events, and whether each is set up."""

    queue_answers: Callable[[], bool]
    workers_answering: Callable[[float], int]
    connected: Mapping[str, bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    store: Store
    machines: Machines
    encoder: Callable[[], Encoder]
    labels: Callable[[], Mapping[str, str]]
    policy: Callable[[], Policy]
    now: Now
    works: ReadCache[int, Work]
    gaps: ReadCache[int, Json]
    pings: ReadCache[str, Json]

    def routes(self) -> Sequence[Route]:
        return (
            Route("overview/work", "GET", self.show_work, "lead"),
            Route("overview/queues", "GET", self.queues, "lead"),
            Route("overview/workers", "GET", self.workers, "lead"),
            Route("overview/sources", "GET", self.sources, "lead"),
            Route("overview/gaps", "GET", self.missing, "lead"),
            Route("overview/pulse", "GET", self.pulse, "lead"),
        )

    def show_work(self, _: Visitor) -> Response:
        """What was decided, taken up, rated, waited for and paid in the last days."""
        days, now = _days(), self.now()

        def look() -> Work:
            with self.store.read() as unit:
                return work(unit, now, days)

        return jsonify(work_row(self.works(days, now, look), self._labels(), reasons(self.policy())))

    def queues(self, _: Visitor) -> Response:
        """What has not been dealt with, and which customers wait for a person."""
        now = self.now()
        with self.store.read() as unit:
            queues, waiting = unit.figures.queues(now), unit.figures.waiting()
        return jsonify(at=now.isoformat(), **queues_row(queues), waiting=[waiting_row(one) for one in waiting])

    def workers(self, _: Visitor) -> Response:
        """Asked one after the other, since a ping takes its whole time."""

        def ping() -> Json:
            queue = self.machines.queue_answers()
            return {"queue": queue, "workers": self.machines.workers_answering(PING_SECONDS) if queue else 0}

        return jsonify(self.pings("workers", self.now(), ping))

    def sources(self, _: Visitor) -> Response:
        """When each of those who send us events was heard last, and the articles that answers stand on."""
        with self.store.read() as unit:
            heard, passages = unit.figures.last_heard(), unit.articles.size()
        names = {**dict.fromkeys(heard, True), **self.machines.connected}
        rows = [{"name": n, "connected": there, "heard_at": _iso(heard.get(n))} for n, there in names.items()]
        return jsonify(sources=rows, passages=passages)

    def missing(self, _: Visitor) -> Response:
        """Questions that no article answers, alike ones together, the most frequent first."""
        days, now = _days(), self.now()
        return jsonify(self.gaps(days, now, lambda: self._missing(now - timedelta(days=days))))

    def _missing(self, since: datetime) -> Json:
        with self.store.read() as unit:
            found = unit.gaps.since(since)
        read = found[:MOST_GAPS]
        # Outside the transaction: the encoder may have to be loaded.
        groups = group_gaps(read, self.encoder()) if read else []
        shown = groups[:SHOWN_GAPS]
        with self.store.read() as unit:
            tickets = {
                gap.conversation_id: conversation.ticket_id
                for gap in (group.gaps[0] for group in shown)
                if (conversation := unit.conversations.get(gap.conversation_id)) is not None
            }
        rows = [gap_row(group, tickets.get(group.gaps[0].conversation_id), self._name) for group in shown]
        return {"questions": len(found), "read": len(read), "groups": len(groups), "shown": rows}

    def pulse(self, _: Visitor) -> Response:
        """What agents answered to the weekly question, newest week first."""
        since = week_of(self.now() - timedelta(weeks=PULSE_WEEKS))
        with self.store.read() as unit:
            weeks = summary(unit.pulse.since(since), week_of(self.now()))
        return jsonify(weeks=[pulse_row(week) for week in weeks])

    def _name(self, gap: Gap) -> str:
        return self._labels().get(gap.intent, gap.intent)

    def _labels(self) -> Mapping[str, str]:
        try:
            return self.labels()
        except HandrailError:
            return {}


def reasons(policy: Policy) -> Mapping[str, str]:
    """The rule of a handover → why, in the policy's own words; empty where it gives none."""
    owners = {**policy.owners, "default": policy.default_owner}
    return {
        **{f"trigger:{name}": trigger.why for name, trigger in policy.triggers.items()},
        **{f"owner:{name}": row.why for name, row in owners.items()},
    }


def _days() -> int:
    given = request.args.get("days", str(PERIODS[0]))
    if given not in map(str, PERIODS):
        raise ValidationError(f"one of {', '.join(map(str, PERIODS))}", "days")
    return int(given)


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
