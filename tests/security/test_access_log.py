"""Who looked at whose data is written down, and nobody waits for it."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask, Response, jsonify

from apps.privacy.accesses import MOST, AccessLog
from apps.zendesk.parts import Door, Route
from apps.zendesk.session import Visitor
from connectors.sql.store import SqlStore
from core.errors import TransientError
from core.model.privacy import Access
from tests.apps.zendesk.desk import Desk
from tests.clock import Clock
from tests.connectors.sql import samples


class Away:
    """A store that cannot be written to."""

    @contextmanager
    def begin_lightly(self) -> Iterator[Any]:
        raise TransientError("away")
        yield


def stored(store: SqlStore) -> list[Access]:
    with store.read() as unit:
        return unit.privacy.accesses("", None, 100)


@pytest.fixture
def looks(store: SqlStore, clock: Clock) -> AccessLog:
    with store.begin() as unit:
        unit.customers.save(samples.customer())
        unit.conversations.add(samples.conversation())
    return AccessLog(store=store, now=clock, every=0.02)


def test_a_look_at_a_ticket_is_stored_with_whose_it_is(looks: AccessLog, store: SqlStore) -> None:
    looks.note("agent 7 Maria", "sidebar", "ticket", ref=str(samples.conversation().ticket_id))
    until = time.monotonic() + 5
    while not stored(store) and time.monotonic() < until:
        time.sleep(0.01)
    (found,) = stored(store)
    assert (found.who, found.way, found.what) == ("agent 7 Maria", "sidebar", "ticket")
    assert found.customer_id == samples.customer().id


def test_a_page_that_asks_again_is_one_look_until_ten_minutes_are_over(
    looks: AccessLog, store: SqlStore, clock: Clock
) -> None:
    for _ in range(5):
        looks.note("agent 7 Maria", "sidebar", "ticket", ref="4462")
    clock.forward(timedelta(minutes=11))
    looks.note("agent 7 Maria", "sidebar", "ticket", ref="4462")
    looks.flush()
    looks.flush()
    time.sleep(0.1)
    assert len(stored(store)) == 2


def test_nobody_waits_for_a_store_that_is_away_and_nothing_is_lost(store: SqlStore, clock: Clock) -> None:
    away: Any = Away()
    looks = AccessLog(store=away, now=clock, every=60)
    looks.note("agent 7 Maria", "sidebar", "ticket", ref="4462")
    looks.flush()
    looks.store = store
    looks.flush()
    assert len(stored(store)) == 1


class Broken:
    """A store with a defect of its own, the first times."""

    def __init__(self, store: SqlStore, times: int) -> None:
        self._store, self._left = store, times

    def begin_lightly(self) -> Any:
        self._left -= 1
        if self._left >= 0:
            raise ValueError("broken")
        return self._store.begin_lightly()


def test_a_defect_ends_neither_the_log_nor_what_waits(store: SqlStore, clock: Clock) -> None:
    broken: Any = Broken(store, 2)
    looks = AccessLog(store=broken, now=clock, every=0.01)
    looks.note("agent 7 Maria", "sidebar", "ticket", ref="4462")
    until = time.monotonic() + 5
    while not stored(store) and time.monotonic() < until:
        time.sleep(0.01)
    assert len(stored(store)) == 1


def test_looks_that_are_lost_are_counted_and_said(clock: Clock, caplog: pytest.LogCaptureFixture) -> None:
    away: Any = Away()
    looks = AccessLog(store=away, now=clock, every=60)
    for number in range(MOST + 3):
        looks.note("agent 7 Maria", "sidebar", "ticket", ref=str(number))
    looks.flush()
    assert "lost 3 looks" in caplog.text


def test_a_look_costs_the_page_no_write(clock: Clock) -> None:
    """Measured where a write would be an error: two thousand looks take less than a tenth of a second."""
    away: Any = Away()
    looks = AccessLog(store=away, now=clock, every=60)
    begun = time.perf_counter()
    for number in range(2000):
        looks.note("agent 7 Maria", "sidebar", "ticket", ref=str(number))
    assert time.perf_counter() - begun < 0.1


@pytest.fixture
def desk(store: SqlStore, clock: Clock) -> Desk:
    return Desk(store, clock)


def test_opening_a_ticket_in_the_sidebar_is_a_look_and_being_refused_is_none(desk: Desk) -> None:
    seen: list[tuple[str, str]] = []

    def looked(who: str, way: str, what: str, *, ref: str) -> None:
        seen.append((who, ref))

    def act(who: Visitor, ticket_id: str) -> Response:
        return jsonify({})

    app = Flask(__name__, static_folder=None)
    door = Door(sessions=desk.sessions, now=desk.clock, access=desk.access, looked=looked)
    app.add_url_rule("/tickets/<ticket_id>", view_func=door.guard(Route("tickets/<ticket_id>", "GET", act)))
    bearer = desk.signed_in(Visitor(agent_id="501", name="Maria Lopez", role="agent"))
    mine = app.test_client().get("/tickets/4462", headers={"Authorization": f"Bearer {bearer}"})
    stranger = app.test_client().get("/tickets/4462", headers={"Authorization": "Bearer no"})
    assert (mine.status_code, stranger.status_code) == (200, 401)
    assert seen == [("agent 501 Maria Lopez", "4462")]
