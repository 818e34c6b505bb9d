"""A short year through the vendors' side: the report counts what customers and agents there really did."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from benchmarks.figures import Figure
from benchmarks.year_through_vendors import COUNTED, QUICK, measure
from tests.stack import warmed

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def figures(worker_id: str) -> Mapping[str, Figure]:
    folder = ROOT / "var" / "test-year" / worker_id
    warmed(folder)
    return {figure.name: figure for figure in measure(folder, QUICK)}


@pytest.mark.timeout(300)
@pytest.mark.parametrize("name", ["matters", "matters of each channel", *COUNTED])
def test_the_report_counts_what_was_played_channel_by_channel(figures: Mapping[str, Figure], name: str) -> None:
    told = {name: figure.value for name, figure in figures.items()}  # whole, for who reads why it failed
    assert figures[f"errors in {name}"].value == 0, told


def test_something_of_everything_was_played(figures: Mapping[str, Figure]) -> None:
    assert figures["matters played"].value >= QUICK.matters
    played = {name: figures[f"{name}, played"].value for name in COUNTED if name != "transferred"}
    assert min(played.values()) > 0, played
    assert all(figures[f"matters played by {name}"].value for name in ("email", "sms", "whatsapp", "chat"))


def test_who_came_back_with_the_same_is_in_the_report(figures: Mapping[str, Figure]) -> None:
    """How many is for the reading of intents to say: both matters have to be known as the same."""
    played, told = (figures[f"came back within seven days, {who}"].value for who in ("played", "in the report"))
    assert 0 < told <= played


def test_a_day_of_the_wave_is_enough_to_see_it_and_nothing_else_stands_out(figures: Mapping[str, Figure]) -> None:
    assert figures["planted truths found"].value == 1  # forty matters tell nothing of shares
    assert figures["errors in marks, which nothing played bears out"].value == 0
