import os
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from sqlalchemy import text

from apps.backup import CURSOR as BACKUP
from apps.doctor import machine
from apps.doctor.installation import Installation
from apps.doctor.lines import State
from apps.pilot.scope import Pilot, keep
from connectors.queue.app import make_celery
from connectors.queue.embedded import start
from core.errors import HandrailError, TransientError
from core.measure.pilot.verdict import Phase
from core.model.customer import Channel
from core.model.event import Event, EventKind
from core.model.event_payloads import MessageStatus
from core.ports import LogName, LogPage
from core.reconcile import Reconciler, states
from tests.apps.doctor.ward import Ward
from tests.core.fakes import FakePublisher


def test_each_setting_that_needs_attention_is_a_line_with_its_fix(here: Ward) -> None:
    told = here.installation()
    problem = "HANDRAIL_PUBLIC_URL is missing: the address. Set it, or public_url in handrail.toml."
    installation = Installation(settings=told.settings, now=told.now, problems=(problem,))
    (seen,) = machine.settings(installation)
    assert (seen.state, seen.found) == (State.FAILING, "HANDRAIL_PUBLIC_URL is missing")
    assert seen.fix == "The address. Set it, or public_url in handrail.toml."


def test_a_short_secret_of_our_own_is_a_warning_that_does_not_show_it(here: Ward) -> None:
    ((state, found),) = here.faults("machine", "settings", HANDRAIL_SESSION_SECRET="fake-short")
    assert (state, "fake-short" in found) == (State.WARNING, False)


def test_a_policy_file_that_differs_from_the_one_in_force_is_a_warning(here: Ward, tmp_path: Path) -> None:
    other = tmp_path / "policy.yaml"
    other.write_text(Path("apps/starter/policy.yaml").read_text(encoding="utf-8"), encoding="utf-8")
    ((state, found),) = here.faults("machine", "policy", HANDRAIL_POLICY=str(other))
    assert (state, "differs" in found) == (State.WARNING, True)


def test_a_policy_under_which_nobody_may_approve_is_failing(here: Ward, tmp_path: Path) -> None:
    assert here.faults("machine", "approvers") == []
    other = tmp_path / "policy.yaml"
    other.write_text(Path("apps/starter/policy.yaml").read_text(encoding="utf-8"), encoding="utf-8")
    nowhere = {"HANDRAIL_STORE_URL": f"sqlite:///{tmp_path}/none.db"}
    ((state, found),) = here.faults("machine", "approvers", HANDRAIL_POLICY=str(other), **nowhere)
    assert (state, "nobody who may approve" in found) == (State.FAILING, True)


def test_without_a_database_the_policy_file_is_looked_for(here: Ward, tmp_path: Path) -> None:
    nowhere = {"HANDRAIL_STORE_URL": f"sqlite:///{tmp_path}/none.db"}
    assert here.faults("machine", "policy", **nowhere) == []
    ((state, found),) = here.faults("machine", "policy", HANDRAIL_POLICY="no.yaml", **nowhere)
    assert (state, "no.yaml" in found) == (State.FAILING, True)


def test_a_database_that_is_not_there_yet_is_not_made(here: Ward, tmp_path: Path) -> None:
    file = tmp_path / "none.db"
    ((state, found),) = here.faults("machine", "database", HANDRAIL_STORE_URL=f"sqlite:///{file}")
    assert (state, str(file) in found, file.exists()) == (State.WARNING, True, False)


@pytest.mark.parametrize(("revision", "word"), [("0001", "needs"), ("9999", "newer"), (None, "empty")])
def test_tables_of_another_version_are_told_and_the_rest_is_skipped(
    here: Ward, tmp_path: Path, revision: str | None, word: str
) -> None:
    copy = tmp_path / "copy.db"
    shutil.copy(here.environ["HANDRAIL_STORE_URL"].removeprefix("sqlite:///"), copy)
    changed = {"HANDRAIL_STORE_URL": f"sqlite:///{copy}"}
    with here.installation(**changed).container.store.writer.begin() as connection:
        connection.execute(text("DROP TABLE alembic_version" if revision is None else "DELETE FROM alembic_version"))
        if revision:
            connection.execute(text("INSERT INTO alembic_version VALUES (:it)"), {"it": revision})
    ((state, found),) = here.faults("machine", "database", **changed)
    assert (state, word in found) == (State.FAILING, True)
    assert [seen.state for seen in here.see("machine", "backlog", **changed)] == [State.SKIPPED]
    assert [seen.state for seen in here.see("zendesk", "missed events", **changed)] == [State.SKIPPED]


@pytest.mark.parametrize(("free", "state"), [(50_000_000, State.FAILING), (500_000_000, State.WARNING)])
def test_little_room_on_the_disk_is_told(here: Ward, monkeypatch: pytest.MonkeyPatch, free: int, state: State) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda path: SimpleNamespace(free=free))
    assert [found for found, _ in here.faults("machine", "database")] == [state]


def add(here: Ward, name: str, age: timedelta) -> None:
    at = here.now() - age
    event = Event(
        source="zendesk",
        delivery_id=name,
        kind=EventKind.TICKET_CHANGED,
        subject=name,
        occurred_at=at,
        received_at=at,
    )
    with here.installation().container.store.begin() as unit:
        unit.events.add(event)


def test_events_that_nobody_takes_up_are_failing(here: Ward) -> None:
    assert here.faults("machine", "backlog") == []
    add(here, "7", timedelta(minutes=30))
    ((state, found),) = here.faults("machine", "backlog")
    assert (state, found.startswith("1 events wait")) == (State.FAILING, True)


def test_an_event_that_was_given_up_is_a_warning(here: Ward) -> None:
    add(here, "7", timedelta(minutes=1))
    with here.installation().container.store.begin() as unit:
        (event_id,) = unit.events.due(here.now(), 10)
        unit.events.claim(event_id, here.now())
        unit.events.park(event_id, here.now(), "it could not be read")
    ((state, found),) = here.faults("machine", "backlog")
    assert (state, found) == (State.WARNING, "1 events were given up")


def read(here: Ward, *pages: LogPage | HandrailError) -> None:
    """A worker has begun an hour ago, and reads now."""

    class Told:
        name = LogName.MESSAGES

        def begin(self, now: datetime) -> str:
            return ""

        def pages(self, cursor: str, now: datetime) -> Iterator[LogPage]:
            for page in pages:
                if isinstance(page, HandrailError):
                    raise page
                yield page

    container = here.installation().container
    with container.store.read() as unit:
        begun = bool(states(unit))
    for at in (here.now(),) if begun else (here.now() - timedelta(hours=1), here.now()):
        Reconciler(
            store=container.store,
            publisher=FakePublisher(),
            policy=container.policy,
            now=lambda at=at: at,  # type: ignore[misc]
            logs=[Told()],
        ).run()


def test_a_backup_is_told_with_its_age_and_is_a_warning_where_it_is_old_or_none(here: Ward) -> None:
    assert here.faults("machine", "backup") == [(State.WARNING, "none was made yet")]
    for days, state in ((1, State.OK), (3, State.WARNING)):
        at = here.now() - timedelta(days=days)
        with here.installation().container.store.begin() as unit:
            unit.cursors.set(BACKUP, at.isoformat())
        (seen,) = here.see("machine", "backup")
        assert (seen.state, seen.found) == (state, f"the newest was made on {at:%d %B %H:%M} UTC")


def test_lists_that_are_read_are_well_and_what_they_brought_is_told(here: Ward) -> None:
    assert here.faults("machine", "reconciliation") == [(State.SKIPPED, "no worker has read the vendors' lists yet")]
    read(here)
    (seen,) = here.see("machine", "reconciliation")
    assert (seen.state, seen.found.startswith("Twilio messages read ")) == (State.OK, True)
    at = here.now()
    missed = Event(
        source="twilio",
        delivery_id="in:SM1",
        kind=EventKind.MESSAGE_STATUS,
        subject="SM1",
        occurred_at=at,
        received_at=at,
        payload=MessageStatus(status="sent"),
    )
    read(here, LogPage(events=(missed,), cursor="1"))
    ((state, found),) = here.faults("machine", "reconciliation")
    assert (state, "; 1 had not come by webhook" in found) == (State.WARNING, True)


def test_lists_that_nobody_reads_or_that_cannot_be_read_are_failing(here: Ward) -> None:
    read(here)
    here.skew = timedelta(minutes=8)
    ((state, found),) = here.faults("machine", "reconciliation")
    assert (state, found) == (State.FAILING, "Twilio messages were last read 8 min ago")
    here.skew = timedelta(0)
    read(here, TransientError("Twilio could not be reached"))
    ((state, found),) = here.faults("machine", "reconciliation")
    assert (state, found.endswith("UTC: Twilio could not be reached")) == (State.FAILING, True)


def test_a_queue_that_does_not_answer_is_failing_and_nobody_is_asked_for_workers(here: Ward) -> None:
    gone = {"HANDRAIL_QUEUE_URL": "redis://127.0.0.1:1/0"}
    ((state, _),) = here.faults("machine", "queue", **gone)
    assert state is State.FAILING
    assert [seen.state for seen in here.see("machine", "workers", **gone)] == [State.SKIPPED]


def test_the_queue_that_up_starts_is_found_where_no_address_is_set(here: Ward, tmp_path: Path) -> None:
    # A socket's path must be short.
    folder = Path(os.path.relpath(tmp_path))
    unset = {"HANDRAIL_QUEUE_URL": "", "HANDRAIL_DATA_DIR": str(folder)}
    ((state, found),) = here.faults("machine", "queue", **unset)
    assert (state, "does not run" in found) == (State.FAILING, True)
    running = start(tmp_path / "queue")
    try:
        if running.url.startswith("redis+socket"):
            assert here.faults("machine", "queue", **unset) == []
    finally:
        running.stop()


@contextmanager
def working(url: str) -> Iterator[None]:
    celery = make_celery(url)
    worker = celery.Worker(pool="solo", queues="sweep", loglevel="ERROR", without_gossip=True, without_mingle=True)
    thread = threading.Thread(target=worker.start, daemon=True)
    thread.start()
    try:
        yield
    finally:
        worker.stop()
        thread.join(5)


# Celery warns where the tests run as root, as they do in a container.
@pytest.mark.filterwarnings("ignore:You.re running the worker")
def test_workers_are_counted_and_none_is_failing(here: Ward) -> None:
    ((state, _),) = here.faults("machine", "workers")
    assert state is State.FAILING
    with working(here.environ["HANDRAIL_QUEUE_URL"]):
        # It takes a moment to begin; each look takes two seconds. Without one for outreach it is a warning.
        assert any(
            [(state, "for outreach" in told) for state, told in here.faults("machine", "workers")]
            == [(State.WARNING, True)]
            for _ in range(5)
        )


@pytest.mark.parametrize(
    ("seconds", "state"), [(0, None), (-12, State.WARNING), (12, State.WARNING), (90, State.FAILING)]
)
def test_a_clock_that_differs_from_the_vendors_is_told(here: Ward, seconds: int, state: State | None) -> None:
    here.skew = timedelta(seconds=seconds)
    assert [found for found, _ in here.faults("machine", "clock")] == ([state] if state else [])


def test_where_no_vendor_says_the_time_the_clock_is_skipped(here: Ward) -> None:
    down = {f"HANDRAIL_{vendor}_URL": "http://127.0.0.1:1" for vendor in ("ZENDESK", "TWILIO", "SLACK")}
    assert [seen.state for seen in here.see("machine", "clock", **down)] == [State.SKIPPED]


def test_while_a_pilot_runs_its_policy_is_in_order_and_the_file_is_not_to_be_applied(
    here: Ward, tmp_path: Path
) -> None:
    other = tmp_path / "policy.yaml"
    other.write_text(Path("apps/starter/policy.yaml").read_text(encoding="utf-8"), encoding="utf-8")
    store = here.installation().container.store
    with store.begin() as unit:
        pilot = Pilot(
            phase=Phase.SHADOW,
            channel=Channel.SMS,
            intents=("refund_status",),
            base="0000",
            began_at=here.now(),
            by="priya@larkfield.example",
            version=str(unit.policies.version()),
        )
        keep(unit, pilot)
    (seen,) = here.see("machine", "policy", HANDRAIL_POLICY=str(other))
    assert (seen.state, "pilot of sms: refund_status" in seen.found) == (State.OK, True)
