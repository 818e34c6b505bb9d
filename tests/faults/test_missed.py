"""The web is away while customers write, mail and call: nothing that a vendor accepted is missed or done twice."""

import shutil
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from apps.demo.outside import Json
from apps.slack.cards.renderer import SlackCards
from apps.stories.in_process import ProcessStage, open_in_process
from apps.stories.stage import find_company
from connectors.sql.store import SqlStore
from core.model.event import Event, EventKind
from core.ports import LogName, LogPage
from core.reconcile import Reconciler, states
from tests.clock import Clock
from tests.core import samples
from tests.core.fakes import FakePublisher
from tests.core.people import NOW
from tests.core.rules import policy
from tests.faults.crashing import Crash, Fate, mortal
from tests.stack import warmed

QUESTION = "How long does a refund take after you have received my return?"
AWAY = timedelta(minutes=2)
MOST = 30  # customers who write at the same time


@pytest.fixture(scope="module")
def texts(request: pytest.FixtureRequest) -> int:
    return MOST if request.config.getoption("--long", default=False) else 8


@pytest.fixture(scope="module")
def stage(request: pytest.FixtureRequest) -> Iterator[ProcessStage]:
    folder = Path(request.config.rootpath) / "var" / "test-missed"
    warmed(folder)
    with open_in_process(folder, find_company("larkfield", Path())) as up:
        if not request.config.getoption("--long", default=False):
            for sender in up.world.twilio.senders.values():  # the vendor's own retries take ten seconds
                sender.sms_fallback_url = sender.voice_fallback_url = ""
                sender.sms_url, sender.voice_url = (
                    f"{url.partition('#')[0]}#rc=0" for url in (sender.sms_url, sender.voice_url)
                )
        up.container.reconciler.run()  # as a worker does at its start
        yield up


def unavailable(_: Any, start_response: Callable[..., Any]) -> Sequence[bytes]:
    """The web server is away, and whatever stands before it says so."""
    start_response("503 Service Unavailable", [("Content-Type", "text/plain"), ("Content-Length", "0")])
    return []


def while_away(stage: ProcessStage, happens: Callable[[], None]) -> None:
    """Nothing that happens reaches the web, not the vendors' retries either."""
    app, stage.web.app = stage.web.app, unavailable
    try:
        happens()
        stage.settle()
        stage.later(AWAY)
    finally:
        stage.web.app = app


def people(stage: ProcessStage) -> list[Json]:
    rows: list[Json] = stage.outside.people("GET", "people")["people"]
    return [row for row in rows if row["phone"]]


def answers(stage: ProcessStage, phone: str) -> list[str]:
    rows = stage.outside.people("GET", f"phone/{phone.replace('+', '%2B')}/messages?channel=sms")["messages"]
    return [row["body"] for row in rows if row["direction"].startswith("outbound")]


def found(stage: ProcessStage) -> Counter[str]:
    counts = Counter[str](stage.container.reconciler.run())
    stage.settle()
    return counts


def alerts(stage: ProcessStage) -> str:
    return "\n".join(message["text"] for message in stage.outside.slack("care-alerts"))


@pytest.mark.timeout(600)
def test_texts_to_a_web_that_is_away_are_each_answered_once(stage: ProcessStage, texts: int) -> None:
    writing = [row["phone"] for row in people(stage)[:texts]]
    assert len(writing) == texts
    before = {phone: len(answers(stage, phone)) for phone in writing}

    def write() -> None:
        for phone in writing:
            stage.outside.text(phone, QUESTION)

    while_away(stage, write)
    assert {phone: len(answers(stage, phone)) for phone in writing} == before
    deliveries = stage.outside.people("GET", "deliveries?vendor=twilio")["deliveries"]
    lost = [row["delivery_id"] for row in deliveries if not row["accepted"]]
    # The web is back: the vendor's retries and the reading of its list come at the same moment.
    retries = threading.Thread(target=lambda: [stage.world.courier.redeliver(each) for each in lost])
    retries.start()
    found(stage)
    retries.join()
    stage.settle()
    assert {phone: len(answers(stage, phone)) - before[phone] for phone in writing} == dict.fromkeys(writing, 1)
    assert found(stage) == {}
    assert {phone: len(answers(stage, phone)) - before[phone] for phone in writing} == dict.fromkeys(writing, 1)


@pytest.mark.timeout(600)
def test_a_ticket_from_an_outage_is_decided_once_whatever_comes_later(stage: ProcessStage) -> None:
    mailing, opened = people(stage)[MOST], []
    while_away(stage, lambda: opened.append(stage.outside.email(mailing["email"], "Refund", QUESTION)))
    (ticket,) = opened
    assert decisions(stage, ticket) == 0
    assert found(stage)["Zendesk tickets"] >= 1
    assert decisions(stage, ticket) == 1
    for row in stage.outside.people("GET", "deliveries?vendor=zendesk")["deliveries"]:
        if ticket in row["body"] and not row["accepted"]:
            stage.world.courier.redeliver(row["delivery_id"])
    stage.settle()
    assert found(stage) == {}
    assert decisions(stage, ticket) == 1
    assert "Zendesk tickets: " in alerts(stage)


def decisions(stage: ProcessStage, ticket: str) -> int:
    with stage.container.store.read() as unit:
        conversation = unit.conversations.by_ticket(ticket)  # type: ignore[arg-type]
        return len(unit.decisions.of_conversation(conversation.id)) if conversation else 0


@pytest.mark.timeout(600)
def test_what_was_written_hours_ago_is_a_persons_to_answer(stage: ProcessStage) -> None:
    phone = people(stage)[MOST + 1]["phone"]
    before = answers(stage, phone)
    stage.outside.people("PUT", "faults", twilio={"webhook_lost": 1})
    stage.outside.text(phone, QUESTION)
    stage.later(timedelta(hours=5))
    assert found(stage) == {"Twilio messages": 1}
    (notice,) = answers(stage, phone)[len(before) :]
    assert "refund" not in notice.lower()
    tickets = stage.outside.people("GET", "tickets?limit=1000")["tickets"]
    assert [row for row in tickets if "refund" in row["subject"].lower()]


@pytest.mark.timeout(600)
def test_who_called_while_the_web_was_away_is_called_back(stage: ProcessStage) -> None:
    phone = people(stage)[MOST + 2]["phone"]
    while_away(stage, lambda: rung(stage, phone))
    assert found(stage) == {"Twilio calls": 1}
    assert found(stage) == {}
    rows = stage.outside.people("GET", "tickets?limit=1000")["tickets"]
    (ticket,) = [row for row in rows if row["subject"] == f"Missed call from {phone}"]
    assert "handrail_callback" in ticket["tags"]
    notes = [row["plain_body"] for row in stage.outside.comments(str(ticket["id"]), public=False)]
    assert [note for note in notes if "did not reach the assistant: the caller heard that an error" in note]


def rung(stage: ProcessStage, phone: str) -> None:
    """The caller hears nothing but that an error has occurred."""
    call = stage.outside.people("POST", "calls", **{"from": phone})
    ended = stage.world.twilio.exchange.calls[call["sid"]]
    for _ in range(600):
        if ended.ended_at is not None:
            return
        time.sleep(0.05)
    raise AssertionError("the call does not end")


# ------------------------------------------------------------------
# The reading of a list may be cut off at any step.


class List:
    """Three pages of two messages each, from wherever the cursor stands."""

    name = LogName.MESSAGES

    def begin(self, now: datetime) -> str:
        return "0"

    def pages(self, cursor: str, now: datetime) -> Iterator[LogPage]:
        for page in range(max(int(cursor) - 1, 0), 3):  # lists lag: the one before is read again
            yield LogPage(events=tuple(text(f"SM{page}{place}", now) for place in "ab"), cursor=str(page + 1))


def text(sid: str, now: datetime) -> Event:
    payload = samples.incoming("How do I reset it?", "+447700900001")
    return samples.event(
        EventKind.MESSAGE_RECEIVED, sid, f"in:{sid}", payload=payload, occurred_at=now, received_at=now
    )


def test_wherever_the_reading_dies_each_message_comes_once_and_the_cursor_never_runs_ahead(
    request: pytest.FixtureRequest, migrated: Path, tmp_path: Path
) -> None:
    died = 0
    for dies_at in range(1, 40, 1 if request.config.getoption("--long", default=False) else 3):
        file, fate, clock = tmp_path / f"{dies_at}.db", Fate(dies_at=dies_at), Clock(NOW)
        shutil.copy(migrated, file)

        def run(fate: Fate, file: Path = file, clock: Clock = clock) -> SqlStore:
            store = mortal(f"sqlite:///{file}", fate, cards=SlackCards())
            made = Reconciler(store=store, publisher=FakePublisher(), policy=policy(), now=clock, logs=[List()])
            try:
                made.run()
                made.run()
            except Crash:
                pass
            return store

        run(fate).close()
        died += fate.died
        after = run(Fate())
        with after.read() as unit:
            assert unit.events.counts()["pending"] == 6, fate.where
            state = states(unit)[List.name]
        assert (state.cursor, state.found) == ("3", 6), fate.where
        after.close()
    assert 0 < died < 30
