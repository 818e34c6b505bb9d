"""Which of the offered times somebody means."""

from datetime import UTC, datetime, timedelta

import pytest

from core.calendar.chosen_time import change_meant, keeps, slot_meant, wants_others
from core.model.appointment import Do, Slot

LONDON = "Europe/London"


def at(day: int, hour: int, minute: int = 0) -> Slot:
    start = datetime(2026, 11, day, hour, minute, tzinfo=UTC)
    return Slot(id=f"{day}-{hour}", starts_at=start, ends_at=start + timedelta(hours=1))


TUESDAY, LATER, WEDNESDAY = at(24, 9), at(24, 14, 30), at(25, 9)
OFFERED = [TUESDAY, LATER, WEDNESDAY]


@pytest.mark.parametrize(
    ("words", "slot"),
    [
        ("2", LATER),
        ("2.", LATER),
        ("option 3", WEDNESDAY),
        ("the first one please", TUESDAY),
        ("Wednesday", WEDNESDAY),
        ("wed is fine", WEDNESDAY),
        ("Tuesday at 9", TUESDAY),
        ("14:30", LATER),
        ("half past two, so 2:30 pm", LATER),
        ("14.30 Uhr passt", LATER),
        ("Mittwoch", WEDNESDAY),
        ("el miércoles", WEDNESDAY),
        ("mercredi à 9h", WEDNESDAY),
        ("quarta-feira", WEDNESDAY),
        ("水曜日でお願いします", WEDNESDAY),
        ("the 25th", WEDNESDAY),
    ],
)
def test_number_weekday_date_and_hour_tell_the_times_apart(words: str, slot: Slot) -> None:
    assert slot_meant(words, OFFERED, LONDON) is slot


@pytest.mark.parametrize("words", ["Tuesday", "at 9", "Friday", "17:00", "4", "which one is best?", "", "yes"])
def test_words_that_fit_none_or_several_choose_nothing(words: str) -> None:
    assert slot_meant(words, OFFERED, LONDON) is None


def test_the_hour_is_read_on_the_clock_on_which_it_was_offered() -> None:
    assert slot_meant("10:00", [TUESDAY], "Europe/Berlin") is TUESDAY
    assert slot_meant("9:00", [TUESDAY], "Europe/Berlin") is None


def test_a_plain_yes_is_enough_where_one_time_is_offered() -> None:
    assert slot_meant("yes please", [TUESDAY], LONDON) is TUESDAY


@pytest.mark.parametrize(
    "words", ["none of these", "Haben Sie andere?", "otra hora", "plus tard", "no", "nenhum", "どれも合わない"]
)
def test_whoever_wants_other_times_gets_some(words: str) -> None:
    assert wants_others(words)


def test_moving_and_giving_up_are_told_apart() -> None:
    assert change_meant("I need to reschedule", "en") is Do.MOVE
    assert change_meant("Bitte den Termin absagen", "de") is Do.CANCEL
    assert change_meant("Absagen", "de") is Do.CANCEL
    assert change_meant("move it or cancel it, I do not mind", "en") is None
    assert change_meant("hello", "en") is None
    assert keeps("keep it", "en")
    assert not keeps("move it", "en")
