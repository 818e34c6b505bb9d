"""Nothing leaves that was not approved, to nobody who did not agree, at no hour that is not allowed, and never twice:
whatever happens, in whatever order."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from core.govern.gate import Gate
from core.govern.refusal import Refusal
from core.model.outbound import Effect
from core.model.outreach import Verdict
from core.ports import Unit
from tests.core.govern.no_send import OLA, PRIYA, Histories

LONG = settings().max_examples > 100  # as `make fuzz` asks for
HISTORIES = settings(
    max_examples=300 if LONG else 25,
    stateful_step_count=50 if LONG else 30,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture
def histories(migrated: Path, tmp_path: Path) -> type[Histories]:
    class Here(Histories):
        template, folder = migrated, tmp_path

    return Here


@pytest.mark.hypothesis
@pytest.mark.timeout(900)
def test_no_history_lets_a_message_go_without_its_leave(histories: type[Histories]) -> None:
    run_state_machine_as_test(histories, settings=HISTORIES)  # type: ignore[no-untyped-call]


def test_these_histories_do_send(histories: type[Histories]) -> None:
    """A proof about messages that left says nothing where none does."""
    history = histories()
    history.begin()
    history.something_happens("west")
    history.somebody_clicks(0, PRIYA, Verdict.APPROVE, False)
    history.campaigns_go_on(100)
    assert history.books.messages == 0  # two have to approve it
    history.somebody_clicks(0, OLA, Verdict.APPROVE, False)
    history.campaigns_go_on(100)
    assert history.books.messages == 2  # noon in London: New York gets up, Sydney sleeps
    history.time_passes(600)
    history.campaigns_go_on(100)
    assert history.books.messages == 3
    history.nothing_left_without_leave()
    history.teardown()


def test_the_bookkeeper_notices(histories: type[Histories]) -> None:
    history = histories()
    history.begin()
    history.books.leaves("ap_any", "approved", "+44", "Hello")
    with pytest.raises(AssertionError, match="nobody had approved it"):
        history.nothing_left_without_leave()
    history.teardown()


class OpenGate(Gate):
    """It looks away."""

    def refusal(self, unit: Unit, effect: Effect, now: datetime) -> Refusal | None:
        return None


@pytest.mark.parametrize("open_gate", [True, False])
@pytest.mark.parametrize(
    ("happens", "said"),
    [
        (lambda history: history.all_sending_is_paused("a fault", False), "all sending was paused"),
        (lambda history: history.a_customer_says_stop(2), "they wanted none"),
        (lambda history: history.a_customer_changes_their_settings(2, False), "they wanted none"),
        (lambda history: history.somebody_changes_a_row(0, "body"), "other words, or nobody of the list"),
        (lambda history: history.somebody_clicks(0, PRIYA, Verdict.PAUSE, False), "it was paused"),
    ],
)
def test_it_is_the_gate_that_keeps_them_back(
    histories: type[Histories], happens: Callable[[Histories], None], said: str, open_gate: bool
) -> None:
    history = histories()
    history.begin("west", True)
    if open_gate:
        container = history.container
        container.delivery = replace(container.delivery, gate=OpenGate(policy=container.policy))
    rows = history.put_into_the_outbox()
    history.container.clock.forward(timedelta(seconds=1))
    happens(history)
    for name in rows:
        history.container.delivery.deliver(name)
    assert any(said in each for each in history.books.wrong) is open_gate
    history.teardown()
