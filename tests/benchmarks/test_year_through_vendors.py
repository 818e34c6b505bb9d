"""A short year through the vendors' side: the report counts what customers and agents there really did."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from benchmarks.figures import Figure
from benchmarks.year_through_vendors import COUNTED, QUICK, WAVE, Size, measure
from benchmarks.year_words import WORDINGS
from tests.stack import warmed

ROOT = Path(__file__).parents[2]
SHORT = Size(matters=QUICK.matters, wave_days=QUICK.wave_days, wave_daily=QUICK.wave_daily)


@pytest.fixture(scope="module")
def figures(worker_id: str) -> Mapping[str, Figure]:
    folder = ROOT / "var" / "test-year" / worker_id
    warmed(folder)
    return {figure.name: figure for figure in measure(folder, SHORT)}


@pytest.mark.timeout(300)
@pytest.mark.parametrize("name", ["matters", "matters of each channel", *COUNTED])
def test_the_report_counts_what_was_played_channel_by_channel(figures: Mapping[str, Figure], name: str) -> None:
    told = {name: figure.value for name, figure in figures.items()}  # whole, for who reads why it failed
    assert figures[f"errors in {name}"].value == 0, told


def test_something_of_everything_was_played(figures: Mapping[str, Figure]) -> None:
    assert figures["matters played"].value >= SHORT.matters
    played = {name: figures[f"{name}, played"].value for name in COUNTED if name != "transferred"}
    assert min(played.values()) > 0, played
    assert all(figures[f"matters played by {name}"].value for name in ("email", "sms", "whatsapp", "chat"))


def test_who_came_back_with_the_same_is_in_the_report(figures: Mapping[str, Figure]) -> None:
    assert figures["came back within seven days, in the report"].value > 0
    assert (
        figures["came back within seven days, in the report"].value
        == figures["came back within seven days, played"].value
    )


def test_a_day_of_the_wave_is_enough_to_see_it_and_nothing_else_stands_out(figures: Mapping[str, Figure]) -> None:
    assert SHORT.wave_daily > 0
    assert WAVE in WORDINGS
    assert figures["planted truths found"].value == 1  # forty matters tell nothing of shares
    assert figures["errors in marks, which nothing played bears out"].value == 0
