"""What became of an attempt, as the customer's reply tells."""

from pathlib import Path

import pytest

from connectors.local.encoder import MiniLmEncoder
from connectors.local.outcomes import OUTCOMES, OutcomeModel, lessons, taught
from core.errors import ConfigurationError


@pytest.fixture(scope="module")
def model() -> OutcomeModel:
    return OutcomeModel(MiniLmEncoder())


@pytest.mark.parametrize(
    ("matter", "told", "reply", "outcome"),
    [
        ("The gate won't open", "Please change the battery of the remote.", "Changed it, it won't open", "failed"),
        ("The gate won't open", "Please change the battery of the remote.", "It opens again, thank you!", "helped"),
        ("The gate won't open", "Please change the battery of the remote.", "Which battery does it take?", "untried"),
        ("Do you ship to Malta?", "Yes, within a week.", "What does that cost?", "other"),
        ("My bike lamp is dark", "Charge it overnight.", "Charged it overnight, dark as a cellar.", "failed"),
    ],
)
def test_a_reply_tells_what_became_of_the_advice(
    model: OutcomeModel, matter: str, told: str, reply: str, outcome: str
) -> None:
    chances = model.outcomes(matter, told, reply)
    assert max(chances, key=lambda name: chances[name]) == outcome


def test_the_chances_add_up_to_one(model: OutcomeModel) -> None:
    chances = model.outcomes("Hub offline", "Restart it.", "🙂")
    assert set(chances) == set(OUTCOMES)
    assert sum(chances.values()) == pytest.approx(1, abs=1e-4)


def test_a_very_long_message_is_read(model: OutcomeModel) -> None:
    assert sum(model.outcomes("word " * 9000, "word " * 9000, "it did not help " * 9000).values()) > 0.99


def test_the_shipped_weights_are_of_the_lessons_beside_them(model: OutcomeModel) -> None:
    assert model.name == f"outcomes-{taught()[:12]}", "run python -m connectors.local.outcomes"


def test_each_outcome_has_lessons_enough() -> None:
    counts = [sum(place == number for _, place in lessons()) for number in range(len(OUTCOMES))]
    assert min(counts) >= 150


def test_missing_weights_are_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"gone\.npz"):
        OutcomeModel(MiniLmEncoder(), file=tmp_path / "gone.npz").outcomes("a", "b", "c")
