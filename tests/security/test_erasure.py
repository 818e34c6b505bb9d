"""A person is erased: nothing of them stands anywhere afterwards, and nothing brings them back unasked."""

import os
import signal
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from apps.ledger import read_granted
from apps.stories.in_process import ProcessStage, open_in_process
from apps.stories.stage import find_company
from connectors.sql.columns import metadata
from connectors.sql.engine import database_url
from connectors.sql.personal import TABLES
from core.govern.audit import Audit
from core.model.customer import IdentityKind
from core.model.privacy import Subject
from core.ports import Eraser
from core.privacy.erase import Certificate, Erasing
from core.profile.identity import sync_people
from tests.security.erased import (
    COMPANIES,
    customer_named,
    in_database,
    in_folder,
    in_vendors,
    play_story,
    where_it_stands,
)
from tests.stack import warmed

NAME, DPO = "Daniel Osei", "dpo@merrow.example"
WORDS = ("That was not me", "You texted me about a payment", "Casa Azul", NAME)
# A fork takes over the locks that other threads held just then, and may wait for one of them for ever.
STANDSTILL, FORKS = 60, 3  # seconds; times
pytestmark = pytest.mark.timeout(300)


@contextmanager
def a_bank(request: pytest.FixtureRequest, store_url: str = "") -> Iterator[ProcessStage]:
    """At an hour at which people may be written to, with a customer who was texted, called, and got a ticket."""
    # Two stages may be up at the same time.
    folder = Path(request.config.rootpath) / "var" / "test-erasure" / (request.node.name.partition("[")[0] or "stage")
    warmed(folder)
    begins = datetime.now(UTC).replace(hour=10, minute=0) + timedelta(days=1)
    with open_in_process(folder, find_company("bank", COMPANIES), begins, store_url=store_url) as stage:
        play_story(stage, "fraud_call")
        yield stage


def url_of(stage: ProcessStage) -> str:
    return str(stage.container.store.writer.url.render_as_string(hide_password=False))


def everywhere(stage: ProcessStage) -> Iterator[tuple[str, bytes]]:
    yield from in_database(stage.container.store)
    yield from in_folder(stage.container.settings.data_dir)
    yield from in_vendors(stage)


def subject_of(stage: ProcessStage) -> Subject:
    with stage.container.store.read() as unit:
        return unit.privacy.subject(customer_named(stage, NAME).id)


def erase(stage: ProcessStage) -> Certificate:
    erasing = stage.container.erasing
    made = erasing.finish(erasing.begin(customer_named(stage, NAME), DPO, anyway=True))
    stage.settle()
    return made


def faults_of(stage: ProcessStage) -> list[str]:
    with stage.container.store.read() as unit:
        audit = Audit(unit=unit, standing_of=lambda version: read_granted(unit, version))
        return [fault.text for fault in audit.faults()]


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def erased(request: pytest.FixtureRequest) -> Iterator[tuple[ProcessStage, Subject, Certificate, list[str]]]:
    """The stage afterwards, who it was, the certificate, and where their words stood before."""
    url = str(request.getfixturevalue("postgresql_server")) if request.param == "postgresql" else ""
    with a_bank(request, url) as stage:
        subject = subject_of(stage)
        before = where_it_stands(everywhere(stage), words_of(subject))
        yield stage, subject, erase(stage), before


def words_of(subject: Subject) -> tuple[str, ...]:
    return (*WORDS, *subject.values(IdentityKind.EMAIL, IdentityKind.PHONE))


Erased = tuple[ProcessStage, Subject, Certificate, list[str]]


def test_nothing_of_an_erased_person_stands_anywhere(erased: Erased) -> None:
    stage, subject, _, before = erased
    places = {each.partition(": ")[0] for each in before}
    assert {"table messages", "table events", "table outbox", "table customers", "twilio message"} <= places
    left = where_it_stands(everywhere(stage), words_of(subject))
    assert left == []


def test_no_row_is_left_that_was_found_by_them(erased: Erased) -> None:
    """Of events the delivery's id alone stays, so that the same thing told once more is known."""
    stage, subject, _, _ = erased
    with stage.container.store.read() as unit:
        assert set(unit.privacy.count(subject)) <= {"events"}


def test_the_certificate_counts_what_went_and_names_nobody(erased: Erased) -> None:
    from apps.privacy.command import certificate_of

    _, subject, made, _ = erased
    told = str(certificate_of(made))
    assert made.erasure.steps["twilio"] == {"messages": 1, "calls": 1}
    assert made.erasure.steps["zendesk"] == {"tickets": 1, "users": 1}
    assert made.erasure.steps["slack"]["posts"] >= 2
    assert made.erasure.steps["store"]["messages"] == len(subject.messages)
    assert made.record.hash in told
    assert not any(word in told for word in (*words_of(subject), *subject.customers))


def test_the_ledger_is_proved_after_an_erasure(erased: Erased) -> None:
    assert faults_of(erased[0]) == []


def test_a_changed_trace_of_an_erased_message_is_found(erased: Erased) -> None:
    stage = erased[0]
    engine = create_engine(database_url(url_of(stage)))
    with engine.begin() as connection:
        kept = connection.execute(text("SELECT effect_id, digest FROM erased_effects LIMIT 1")).one()
        change = text("UPDATE erased_effects SET digest = :to WHERE effect_id = :of")
        connection.execute(change, {"to": "0" * 64, "of": kept.effect_id})
    assert any("erased was changed" in each for each in faults_of(stage))
    with engine.begin() as connection:
        connection.execute(change, {"to": kept.digest, "of": kept.effect_id})
    engine.dispose()


def test_no_sync_brings_an_erased_person_back(erased: Erased) -> None:
    """Also where the helpdesk has them again, as after an import of an old list."""
    stage, subject, _, _ = erased
    (email,) = subject.values(IdentityKind.EMAIL)
    zendesk = stage.world.zendesk
    user = next(each for each in zendesk.users.rows.values() if each["name"] == "Permanently deleted user")
    user.update(name=NAME, email=email, active=True, updated_at=zendesk.now())
    zendesk.users.put(user)
    with stage.container.store.begin() as unit:
        unit.cursors.set("people", "")
    sync_people(stage.container.store, stage.container.helpdesk, stage.now())
    with stage.container.store.read() as unit:
        assert unit.privacy.find(email) == []


def test_every_table_says_how_a_persons_rows_are_found_or_why_there_are_none() -> None:
    assert set(TABLES) == {table.name for table in metadata.sorted_tables}


# ------------------------------------------------------------------
# Broken off.


def erase_somehow(stage: ProcessStage, erasing: Erasing) -> None:
    """As the command does it: what was begun is gone on with."""
    with stage.container.store.read() as unit:
        begun = unit.privacy.open()
    for each in begun or [erasing.begin(customer_named(stage, NAME), DPO, anyway=True)]:
        erasing.finish(each)


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadly:
    """A vendor at whom the process is killed: before anything went there, or when all had gone and nobody knew."""

    vendor: Eraser
    late: bool

    @property
    def name(self) -> str:
        return self.vendor.name

    def erase(self, subject: Subject) -> Mapping[str, int]:
        if self.late:
            self.vendor.erase(subject)
        return die(subject)

    def left(self) -> str:
        return ""


def die(_: object) -> Mapping[str, int]:
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError("nobody outlives that")


def killed(stage: ProcessStage, place: int, *, late: bool) -> None:
    """A process of its own begins or goes on, and is killed at the vendor of this place, or behind the last one: when
    the tables are empty and the files are not."""
    whole = stage.container.erasing
    vendors = [Deadly(vendor=v, late=late) if n == place else v for n, v in enumerate(whole.vendors)]
    clean = whole.clean if place < len(vendors) else die
    for _ in range(FORKS):
        child = os.fork()
        if child == 0:
            signal.alarm(STANDSTILL)
            erase_somehow(stage, replace(whole, vendors=vendors, clean=clean))
            os._exit(0)
        _, status = os.waitpid(child, 0)
        if os.WTERMSIG(status) != signal.SIGALRM:
            break
    assert os.WTERMSIG(status) == signal.SIGKILL, f"it was not killed at {place}"


def test_an_erasure_killed_at_any_step_is_finished_by_the_next(request: pytest.FixtureRequest) -> None:
    with a_bank(request) as stage:
        subject = subject_of(stage)
        for place in range(len(stage.container.erasing.vendors) + 1):
            for late in (False, True):
                killed(stage, place, late=late)
        erase_somehow(stage, stage.container.erasing)
        stage.settle()
        with stage.container.store.read() as unit:
            records = [each for each in unit.ledger.records(0, 1000) if each.kind == "erased"]
        assert len(records) == 1
        left = where_it_stands(everywhere(stage), words_of(subject))
        assert left == []
        assert faults_of(stage) == []
