"""What a vendor's own list says is taken into the inbox once, under a cursor that never runs ahead of it."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import pytest

from core.errors import RejectedError, TransientError
from core.model.alert import AlertKind, AlertState
from core.model.event import Event, EventKind
from core.ports import LogName, LogPage
from core.reconcile import ALERT_AFTER, CURSOR, LONGEST, LogState, Reconciler, states
from tests.core import samples
from tests.core.container import Container

NAME = LogName.MESSAGES


@dataclass(slots=True)
class Listed:
    """A vendor's list: what it says when it is read, in pages; an error in the place of a page is raised."""

    name: LogName = NAME
    says: list[LogPage | Exception] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def begin(self, now: datetime) -> str:
        return f"begun {now:%H:%M}"

    def pages(self, cursor: str, now: datetime) -> Iterator[LogPage]:
        self.asked.append(cursor)
        for page in self.says:
            if isinstance(page, Exception):
                raise page
            yield page


def texted(container: Container, sid: str, minutes_ago: float = 0.0) -> Event:
    at = container.clock() - timedelta(minutes=minutes_ago)
    payload = samples.incoming("How do I reset it?", "+447700900001")
    return container.event(EventKind.MESSAGE_RECEIVED, sid, f"in:{sid}", payload=payload, occurred_at=at)


def reconciler(container: Container, *logs: Listed) -> Reconciler:
    return Reconciler(
        store=container.store, publisher=container.publisher, policy=container.policy, now=container.clock, logs=logs
    )


def begun(container: Container, log: Listed) -> Reconciler:
    """Its first reading was yesterday."""
    made = reconciler(container, log)
    replace(made, now=lambda: container.clock() - timedelta(days=1)).run()
    return made


def state(container: Container) -> LogState:
    with container.store.read() as unit:
        return states(unit)[NAME]


def alerts(container: Container) -> list[tuple[str, AlertState]]:
    with container.store.read() as unit:
        return [(each.said.text, each.state) for each in unit.alerts.open(AlertKind.MISSED)]


def test_a_first_start_reads_nothing_and_begins_where_it_stands(container: Container) -> None:
    log = Listed(says=[LogPage(events=(texted(container, "SM1"),), cursor="1")])
    assert reconciler(container, log).run() == {}
    assert (log.asked, container.inbox()) == ([], {})
    assert state(container).cursor == log.begin(container.clock())
    assert reconciler(container, log).run() == {NAME: 1}


def test_what_came_before_the_first_start_is_left_alone_though_the_list_is_read_from_before_it(
    container: Container,
) -> None:
    log = Listed()
    made = reconciler(container, log)
    container.clock.forward(timedelta(seconds=0.7))
    made.run()
    same_second = replace(texted(container, "SM2"), occurred_at=container.clock().replace(microsecond=0))
    log.says = [LogPage(events=(texted(container, "SM1", 9), same_second), cursor="1")]
    container.wait(minutes=1)
    assert made.run() == {NAME: 1}
    assert container.publisher.events == [same_second.id]


def test_a_list_that_was_begun_before_its_beginning_was_kept_is_read_on(container: Container) -> None:
    made = begun(container, Listed(says=[LogPage(events=(texted(container, "SM1", 9),), cursor="1")]))
    with container.store.begin() as unit:
        kept = json.loads(str(unit.cursors.get(f"{CURSOR}{NAME}")))
        unit.cursors.set(f"{CURSOR}{NAME}", json.dumps({key: kept[key] for key in kept if key != "begun_at"}))
    assert made.run() == {NAME: 1}


def test_what_came_both_ways_is_one_event_and_no_gap(container: Container) -> None:
    came, missed = texted(container, "SM1"), texted(container, "SM2", 3)
    container.accept(came)
    log = Listed(says=[LogPage(events=(missed, came), cursor="2")])
    assert begun(container, log).run() == {NAME: 1}
    assert container.inbox() == {"pending": 2}
    assert container.publisher.events == [missed.id]
    assert (state(container).found, state(container).found_at) == (1, container.clock())
    assert not container.accept(missed)  # the webhook's retry comes after all
    assert reconciler(container, log).run() == {}
    assert state(container).found == 1


def test_supervisors_are_told_once_of_what_had_not_come(container: Container) -> None:
    pages = [LogPage(events=(texted(container, "SM1", 9), texted(container, "SM2", 5)), cursor="2")]
    made = begun(container, Listed(says=[*pages]))
    made.run()
    made.run()
    ((text, told),) = alerts(container)
    assert told is AlertState.OPEN
    assert text.startswith("Twilio messages: 2 of ")
    assert len(container.publisher.effects) == 1


def test_the_cursor_moves_page_by_page_and_a_page_that_fails_leaves_it(container: Container) -> None:
    first = LogPage(events=(texted(container, "SM1"),), cursor="1")
    log = Listed(says=[first, TransientError("Twilio could not be reached")])
    assert begun(container, log).run() == {NAME: 1}
    assert (state(container).cursor, state(container).error) == ("1", "Twilio could not be reached")
    log.says = [LogPage(events=(texted(container, "SM2"),), cursor="2")]
    assert reconciler(container, log).run() == {NAME: 1}
    assert (log.asked[-1], state(container).cursor, state(container).failing_since) == ("1", "2", None)


@pytest.mark.parametrize("error", [RejectedError("no"), KeyError("Emma")])
def test_one_list_that_fails_keeps_no_other_from_being_read(container: Container, error: Exception) -> None:
    bad, good = Listed(name=LogName.TICKETS, says=[error]), Listed()
    reconciler(container, bad, good).run()
    good.says = [LogPage(events=(texted(container, "SM1"),), cursor="1")]
    assert reconciler(container, bad, good).run() == {NAME: 1}


def test_an_unforeseen_fault_is_told_as_any_other_without_its_words(container: Container) -> None:
    made = begun(container, Listed(says=[KeyError("Emma Clarke")]))
    made.run()
    container.wait(seconds=ALERT_AFTER.total_seconds())
    made.run()
    assert len(alerts(container)) == 1
    assert state(container).error == "an unexpected KeyError; the worker's log has it"


def test_a_list_that_fails_for_long_is_told_and_closes_when_it_is_read_again(container: Container) -> None:
    log = Listed(says=[TransientError("Twilio could not be reached")])
    made = begun(container, log)
    made.run()
    assert alerts(container) == []
    container.wait(seconds=ALERT_AFTER.total_seconds())
    made.run()
    container.wait(minutes=1)
    made.run()
    ((text, _),) = alerts(container)
    assert text.startswith("Twilio messages cannot be read since ")
    log.says = []
    made.run()
    assert alerts(container) == []


def test_a_vendor_that_asks_for_a_pause_gets_it(container: Container) -> None:
    log = Listed(says=[TransientError("ten a minute", retry_after=timedelta(seconds=90))])
    made = begun(container, log)
    for _ in range(2):
        made.run()
        container.wait(seconds=60)
    assert len(log.asked) == 1
    made.run()
    assert len(log.asked) == 2


def test_a_reading_that_takes_too_long_goes_on_in_the_next(container: Container) -> None:
    def slowly() -> Iterator[LogPage]:
        for number in range(9):
            container.clock.forward(LONGEST / 2 + timedelta(seconds=1))
            yield LogPage(events=(texted(container, f"SM{number}"),), cursor=str(number))

    log = Listed()
    made = begun(container, log)
    read_at = state(container).read_at
    log.says = slowly()  # type: ignore[assignment]
    assert made.run() == {NAME: 2}
    assert (state(container).cursor, state(container).read_at) == ("1", read_at)


def test_an_entry_that_cannot_be_read_is_told_and_holds_up_nobody(container: Container) -> None:
    page = LogPage(events=(texted(container, "SM2"),), cursor="2", problems=("SM1: From: Missing data",))
    made = begun(container, Listed(says=[page]))
    assert made.run() == {NAME: 1}
    assert made.run() == {}
    assert {text.partition(":")[2][:20] for text, _ in alerts(container)} >= {" one cannot be read "}
    assert len(alerts(container)) == 2


def change(container: Container, delivery: str, ticket: str = "42", **by: float) -> Event:
    at = container.clock() - timedelta(**by)
    return container.event(EventKind.TICKET_CHANGED, ticket, delivery, occurred_at=at)


@pytest.mark.parametrize(("minutes_ago", "found"), [(5, {}), (2, {LogName.TICKETS: 1})])
def test_a_change_is_missed_where_nothing_came_of_its_ticket_since(
    container: Container, minutes_ago: int, found: dict[LogName, int]
) -> None:
    """A trigger's delivery has no comment's id: the ticket was read again when it came."""
    told = replace(change(container, "trigger:77"), received_at=container.clock() - timedelta(minutes=3))
    container.accept(told)
    container.accept(replace(change(container, "trigger:78", "43")))
    log = Listed(
        name=LogName.TICKETS,
        says=[LogPage(events=(change(container, "comment:1", minutes=minutes_ago),), cursor="1")],
    )
    assert begun(container, log).run() == found
