"""The policy in force as a running process sees it."""

import logging
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from apps.bootstrap.policies import InForce, difference, enacter
from apps.policy_file import read_policy
from connectors.sql.store import SqlStore
from core.errors import ConfigurationError, TransientError
from core.govern.enact import PolicyRefusedError
from core.model.enacted import Enacting, Enactment, PolicyText
from core.model.ids import EffectId
from core.model.outbound import EffectKind
from tests.apps.container import QuietContainer, quiet_container
from tests.clock import Clock
from tests.core.samples import payload_of
from tests.policies import PRIYA, TOM, policy_text
from tests.webhooks.receiving import Told

BY = "priya.nair@larkfield.example"


FIRST, SECOND, THIRD = (policy_text(mood={"floor": floor}) for floor in (-0.8, -0.5, -0.3))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "policy.yaml"
    path.write_text(FIRST, encoding="utf-8")
    return path


class Effects:
    def __init__(self) -> None:
        self.published: list[EffectId] = []

    def event(self, event_id: object, *, at: object = None) -> None:
        raise AssertionError("a policy is no event")

    def effect(self, effect_id: EffectId, *, at: object = None) -> None:
        self.published.append(effect_id)

    def statuses(self) -> None:
        raise AssertionError("no status")

    def campaigns(self) -> None:
        raise AssertionError("no campaign")


def enact(store: SqlStore, version: str, text: str, clock: Clock) -> None:
    """As another version of Handrail might have done it."""
    with store.begin() as unit:
        replaced = unit.policies.version()
        unit.policies.keep(PolicyText(version=version, text=text, at=clock()))
        unit.policies.enact(
            Enactment(version=version, how=Enacting.APPLIED, by=BY, at=clock(), note="", replaced=replaced)
        )


def test_without_a_policy_in_the_store_the_file_is_used(store: SqlStore, file: Path, clock: Clock) -> None:
    assert InForce(store, file, clock)() == read_policy(file)


def test_what_is_applied_is_seen_at_the_next_look_and_what_was_given_out_stays(
    store: SqlStore, file: Path, clock: Clock
) -> None:
    office = enacter(store, clock)
    office.start(FIRST)
    in_force = InForce(store, file, clock)
    began_with = in_force()
    office.apply(SECOND, by=BY)
    assert (began_with.mood_floor, in_force().mood_floor) == (-0.8, -0.5)
    office.restore(began_with.version, by=BY, reason="back again")
    assert in_force() == began_with


def test_the_same_policy_is_not_read_again(store: SqlStore, file: Path, clock: Clock) -> None:
    enacter(store, clock).start(FIRST)
    in_force = InForce(store, file, clock)
    assert in_force() is in_force()


def test_many_threads_see_one_policy(store: SqlStore, file: Path, clock: Clock) -> None:
    office = enacter(store, clock)
    office.start(FIRST)
    in_force = InForce(store, file, clock)
    in_force()
    office.apply(SECOND, by=BY)
    seen: list[int] = []
    threads = [threading.Thread(target=lambda: seen.append(id(in_force()))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(seen) == {id(in_force())}
    assert in_force().mood_floor == -0.5


@pytest.mark.parametrize("odd", ["version: 2\nhologram: true\n", "channels: [", SECOND])
def test_what_this_handrail_cannot_read_leaves_the_running_policy_and_is_told_once(
    store: SqlStore, file: Path, clock: Clock, odd: str
) -> None:
    """A newer Handrail wrote it: other keys, another format, or the same text with another version."""
    office, told = enacter(store, clock), Effects()
    office.start(FIRST)
    in_force, other_process = (InForce(store, file, clock, lambda: told) for _ in range(2))
    running = in_force()
    other_process()
    enact(store, "newer", odd, clock)
    assert [in_force() for _ in range(3)] == [running] * 3
    assert other_process() == running
    (alert_id,) = told.published
    with store.read() as unit:
        row = unit.outbox.get(alert_id)
    assert row is not None
    assert (row.effect.kind, row.effect.target) == (EffectKind.SLACK_POST, "#alerts")
    assert "newer" in str(row.effect.payload)
    assert running.version in payload_of(row.effect).text


def test_a_readable_version_ends_it(store: SqlStore, file: Path, clock: Clock) -> None:
    office = enacter(store, clock)
    office.start(FIRST)
    in_force = InForce(store, file, clock)
    in_force()
    enact(store, "newer", "hologram: true\n", clock)
    in_force()
    with store.read() as unit:
        first = unit.policies.enactments()[-1].version
    office.restore(first, by=BY, reason="nobody can read the other")
    assert in_force().version == first
    office.apply(THIRD, by=BY)
    assert in_force().mood_floor == -0.3


@pytest.mark.parametrize("odd", ["hologram: true\n", "channels: ["])
def test_a_policy_that_nobody_can_read_is_replaced_with_the_sign_offs_that_the_new_one_asks(
    store: SqlStore, file: Path, clock: Clock, odd: str
) -> None:
    office = enacter(store, clock)
    enact(store, "newer", odd, clock)
    with pytest.raises(PolicyRefusedError, match="triggers: the sign-off of legal is missing"):
        office.apply(SECOND, by=PRIYA)
    office.sign(SECOND, section="triggers", role="legal", by=TOM)
    office.sign(SECOND, section="triggers", role="cx", by=PRIYA)
    office.apply(SECOND, by=PRIYA)
    assert InForce(store, file, clock)().mood_floor == -0.5


def test_a_process_that_starts_with_a_policy_it_cannot_read_says_what_to_do(
    store: SqlStore, file: Path, clock: Clock
) -> None:
    enacter(store, clock).start(FIRST)
    enact(store, "newer", "hologram: true\n", clock)
    with pytest.raises(
        ConfigurationError, match=r"policy newer is in force but this Handrail cannot read it; .* apply"
    ):
        InForce(store, file, clock)()


class AwayStore(SqlStore):
    away = False

    def read(self) -> Any:
        if self.away:
            raise TransientError("the database is away")
        return super().read()


def test_while_the_store_is_away_the_running_policy_stays(store: SqlStore, file: Path, clock: Clock) -> None:
    away = AwayStore(str(store.writer.url))
    enacter(away, clock).start(FIRST)
    in_force = InForce(away, file, clock)
    running = in_force()
    away.away = True
    assert in_force() == running
    away.close()


def test_a_file_that_differs_from_what_is_in_force_is_told(file: Path) -> None:
    version = read_policy(file).version
    assert difference(file, version) is None
    file.write_text(FIRST + "# a comment\n", encoding="utf-8")
    assert difference(file, version) is None
    file.write_text(SECOND, encoding="utf-8")
    assert str(difference(file, version)).startswith(f"{file} ({read_policy(file).version}) differs from the version")
    file.write_text("mood: [", encoding="utf-8")
    assert f"version {version} stays in force" in str(difference(file, version))


# ---------------------------------------------------------------- the container of a process


def container(store: SqlStore, file: Path) -> QuietContainer:
    return quiet_container(store, file.parent, HANDRAIL_POLICY=str(file))


@pytest.fixture
def logged(caplog: pytest.LogCaptureFixture) -> Iterator[pytest.LogCaptureFixture]:
    """What is logged of the policy, however earlier tests of the same process have left logging."""
    logger, disabled = logging.getLogger("handrail.policy"), logging.root.manager.disable
    was = logger.disabled, logger.propagate
    logging.disable(logging.NOTSET)
    logger.disabled, logger.propagate = False, True
    with caplog.at_level(logging.INFO, logger="handrail.policy"):
        yield caplog
    logger.disabled, logger.propagate = was
    logging.disable(disabled)


def test_the_first_start_applies_the_file_and_says_so(
    store: SqlStore, file: Path, logged: pytest.LogCaptureFixture
) -> None:
    container(store, file).migrate()
    assert "the first policy of this store is now in force" in logged.text
    assert "sign-offs were not asked" in logged.text
    with store.read() as unit:
        in_force = unit.policies.in_force()
        assert in_force is not None
        assert (in_force.version, in_force.how) == (read_policy(file).version, Enacting.STARTED)
        assert unit.cursors.get(f"policy:{in_force.version}") is not None


def test_a_changed_file_does_nothing_at_the_next_start_but_is_told(
    store: SqlStore, file: Path, logged: pytest.LogCaptureFixture
) -> None:
    container(store, file).migrate()
    file.write_text(SECOND, encoding="utf-8")
    started = container(store, file)
    started.migrate()
    assert started.policy.mood_floor == -0.8
    assert "differs from the version in force" in logged.text


def test_a_process_that_runs_takes_the_applied_policy_and_what_it_began_ends_as_it_began(
    store: SqlStore, file: Path, clock: Clock
) -> None:
    running = container(store, file)
    running.migrate()
    delivering = running.delivery
    assert delivering.policy is delivering.gate.policy
    enacter(store, clock).apply(SECOND, by=BY)
    assert delivering.gate.policy.mood_floor == -0.8
    assert running.delivery.gate.policy.mood_floor == -0.5
    assert isinstance(running.publisher, Told)


FOLLOWER = """
import sys, time
from pathlib import Path
from apps.bootstrap import now
from apps.bootstrap.policies import InForce
from connectors.sql.store import SqlStore
from tests.core.samples import payload_of

in_force, seen = InForce(SqlStore(sys.argv[1]), Path("none"), now), ""
while True:
    if in_force().version != seen:
        seen = in_force().version
        print(seen, flush=True)
    time.sleep(0.05)
"""


def test_another_process_takes_over_what_is_applied_here(store: SqlStore, clock: Clock) -> None:
    office = enacter(store, clock)
    office.start(FIRST)
    follower = subprocess.Popen(
        [sys.executable, "-c", FOLLOWER, str(store.writer.url)], stdout=subprocess.PIPE, text=True
    )
    try:
        assert follower.stdout is not None
        first = follower.stdout.readline().strip()
        applied = office.apply(SECOND, by=BY).enactment
        assert (first, follower.stdout.readline().strip()) == (applied.replaced, applied.version)
    finally:
        follower.kill()
        follower.communicate()
