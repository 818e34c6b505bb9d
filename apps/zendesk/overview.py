"""The overview for those who lead: what waits, what was done, what is missing, and whether everybody answers."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import Response, jsonify, request
from marshmallow import ValidationError

from apps.zendesk.lately import Lately
from apps.zendesk.overview_rows import gap_row, pulse_row, queues_row, waiting_row, work_row
from apps.zendesk.parts import Route
from apps.zendesk.session import Visitor
from core.answer.gaps import grouped
from core.coordinate.policy import Policy
from core.errors import HandrailError
from core.measure.overview import Work, work
from core.measure.pulse import summary, week_of
from core.model.gap import Gap
from core.ports import Encoder, Now, Store

Json = dict[str, Any]
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
    works: Lately[int, Work]
    gaps: Lately[int, Json]
    pings: Lately[str, Json]

    def routes(self) -> Sequence[Route]:
        return (
            Route("overview/work", "GET", self.worked, "lead"),
            Route("overview/queues", "GET", self.queues, "lead"),
            Route("overview/workers", "GET", self.workers, "lead"),
            Route("overview/sources", "GET", self.sources, "lead"),
            Route("overview/gaps", "GET", self.missing, "lead"),
            Route("overview/pulse", "GET", self.pulse, "lead"),
        )

    def worked(self, _: Visitor) -> Response:
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
            heard, passages = unit.figures.heard(), unit.articles.size()
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
        groups = grouped(read, self.encoder()) if read else []
        shown = groups[:SHOWN_GAPS]
        with self.store.read() as unit:
            tickets = {
                gap.conversation_id: conversation.ticket_id
                for gap in (group.gaps[0] for group in shown)
                if (conversation := unit.conversations.get(gap.conversation_id)) is not None
            }
        rows = [gap_row(group, tickets.get(group.gaps[0].conversation_id), self._named) for group in shown]
        return {"questions": len(found), "read": len(read), "groups": len(groups), "shown": rows}

    def pulse(self, _: Visitor) -> Response:
        """What agents answered to the weekly question, newest week first."""
        since = week_of(self.now() - timedelta(weeks=PULSE_WEEKS))
        with self.store.read() as unit:
            weeks = summary(unit.pulse.since(since), week_of(self.now()))
        return jsonify(weeks=[pulse_row(week) for week in weeks])

    def _named(self, gap: Gap) -> str:
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
