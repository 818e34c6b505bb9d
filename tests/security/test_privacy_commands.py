"""`handrail privacy`, as whoever answers a customer's request gives it."""

import json
import stat
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from apps.bootstrap import Container as Product
from apps.cli import main
from apps.privacy.command import certify
from apps.settings import settings_here
from core.model.ids import CustomerId
from core.model.privacy import Erasure
from core.model.profile import FactSource, ProfileFact
from core.model.seal import Record
from core.privacy.erase import Certificate
from core.profile.identity import stays_away
from tests.apps.policy.conftest import Installation, installation
from tests.core import people
from tests.core.container import Container
from tests.policies import PRIYA

__all__ = ["installation"]
EMMA = str(people.customer().id)
QUESTION = "Where is my parcel, the one for 12 Larch Lane?"


def run(*words: str) -> Result:
    return CliRunner().invoke(main, ["privacy", *words])


@pytest.fixture
def desk(installation: Installation) -> Iterator[Container]:
    """An installation where Emma has written, and another Emma has not."""
    product = Product(settings_here(needed=()))
    product.open_store()
    made = Container(product.store)
    with product.store.begin() as unit:
        unit.customers.save(people.customer())
        unit.customers.save(replace(people.customer(), id=CustomerId("cu_other"), identities=()))
    made.text(QUESTION)
    made.drain()
    yield made
    product.store.close()


def test_an_export_has_all_that_is_held_and_is_its_owners_alone(desk: Container, tmp_path: Path) -> None:
    done = run("export", people.EMMA_PHONE, "--by", PRIYA, "--to", str(tmp_path / "out"))
    assert done.exit_code == 0, done.output
    folder = tmp_path / "out"
    kinds = {each.stem for each in folder.glob("*.json")}
    assert {"customers", "identities", "conversations", "messages", "decisions", "events", "outbox"} <= kinds
    (said, *_) = json.loads((folder / "messages.json").read_text())
    assert (said["text"], said["address"]) == (QUESTION, people.EMMA_PHONE)
    assert "12 Larch Lane" in (folder / "index.html").read_text()
    assert {stat.S_IMODE(each.stat().st_mode) for each in folder.iterdir()} == {0o600}
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_an_export_is_written_down(desk: Container, tmp_path: Path) -> None:
    run("export", EMMA, "--by", PRIYA, "--to", str(tmp_path / "out"))
    shown = run("log", EMMA, "--json")
    (access,) = [json.loads(line) for line in shown.output.splitlines()]
    assert (access["who"], access["what"], access["customer"]) == (PRIYA, "everything, exported", EMMA)


@pytest.mark.parametrize("command", ["export", "erase"])
def test_who_may_be_meant_is_listed_and_nothing_is_done(desk: Container, command: str) -> None:
    done = run(command, "Emma Clarke", "--by", PRIYA)
    assert done.exit_code == 1
    assert EMMA in done.output
    assert "cu_other" in done.output


@pytest.mark.parametrize(
    ("words", "seen"),
    [
        (("export", "Emma Clarke", "--by", PRIYA), {EMMA: "listed among several", "cu_other": "listed among several"}),
        (("erase", EMMA, "--by", PRIYA, "--dry-run"), {EMMA: "what an erasure would remove"}),
    ],
)
def test_what_a_command_shows_without_proof_is_written_down(
    desk: Container, words: tuple[str, ...], seen: dict[str, str]
) -> None:
    run(*words)
    with desk.store.read() as unit:
        looks = unit.privacy.accesses("", None, 10)
    assert {each.customer_id: each.what for each in looks} == seen
    assert {each.who.endswith("on this machine") for each in looks} == {True}


def test_a_certificate_in_the_place_of_a_file_is_its_owners_alone(tmp_path: Path) -> None:
    erasure = Erasure(id="er_1", people=(), by=PRIYA, at=people.NOW)
    record = Record(serial=1, kind="erased", at="", facts="{}", previous="", hash="abc")
    there = tmp_path / "er_1.json"
    there.write_text("old")
    there.chmod(0o644)
    certify(Certificate(erasure=erasure, record=record, left=()), tmp_path)
    assert stat.S_IMODE(there.stat().st_mode) == 0o600


def test_nobody_erases_in_anothers_name(desk: Container) -> None:
    done = run("erase", EMMA, "--by", "somebody@else.example", "--anyway")
    assert done.exit_code != 0
    assert "proves" in done.output
    with desk.store.read() as unit:
        assert unit.customers.get(people.customer().id) is not None


def test_a_plan_says_what_would_go_and_what_stands_against_it(desk: Container) -> None:
    done = run("erase", EMMA, "--by", PRIYA, "--dry-run")
    assert done.exit_code == 0, done.output
    assert "conversations are open" in done.output
    assert "messages" in done.output
    with desk.store.read() as unit:
        assert unit.customers.get(people.customer().id) is not None


def test_what_is_still_going_on_is_not_erased_unless_that_is_said(desk: Container, tmp_path: Path) -> None:
    refused = run("erase", EMMA, "--by", PRIYA, "--to", str(tmp_path))
    assert refused.exit_code == 1
    assert "not erased" in refused.output
    done = run("erase", EMMA, "--by", PRIYA, "--anyway", "--to", str(tmp_path))
    assert done.exit_code == 0, done.output
    (file,) = tmp_path.glob("er_*.json")
    certificate = json.loads(file.read_text())
    assert certificate["removed"]["store"]["messages"] >= 1
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert run("export", EMMA, "--by", PRIYA).exit_code == 1


def test_a_legal_hold_forbids_an_erasure_whatever_is_said(desk: Container) -> None:
    fact = ProfileFact(name="legal_hold", value="case 7", source=FactSource.AGENT, at=desk.clock())
    with desk.store.begin() as unit:
        unit.profiles.add(people.customer().id, fact)
    done = run("erase", EMMA, "--by", PRIYA, "--anyway")
    assert done.exit_code == 1
    assert "legal hold" in done.output


def test_who_writes_again_begins_anew_and_is_not_written_to_unasked(desk: Container, tmp_path: Path) -> None:
    run("erase", EMMA, "--by", PRIYA, "--anyway", "--to", str(tmp_path))
    desk.text("Hello, it is me again.", sid="SM" + "9" * 32)
    with desk.store.read() as unit:
        (found,) = unit.privacy.find(people.EMMA_PHONE)
        subject = unit.privacy.subject(found.id)
        assert found.id != EMMA
        assert len([each for each in subject.messages if each]) >= 1
        assert unit.privacy.suppressed(found.identities)
        assert not stays_away(unit, people.person())
