"""Stories as they are written, and when they begin."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.stories.actions import span
from apps.stories.runner import PEOPLE_DO, WORLD_DOES
from apps.stories.script import DAYS, Story, next_beginning, read_story
from core.errors import ConfigurationError

GOOD = """
story: A question
people: {Emma: Emma Clarke, Emma Two: Emma Other}
matters: {Emma: 2}
steps:
  - Emma texts: Hello
  - Emma Two gets a text: [Good day]
  - later: 2 days
  - Emma hangs up
"""


def read(folder: Path, text: str) -> Story:
    path = folder / "story.yaml"
    path.write_text(text, encoding="utf-8")
    return read_story(path, PEOPLE_DO, WORLD_DOES)


def test_a_sentence_is_taken_apart_into_who_does_what(tmp_path: Path) -> None:
    story = read(tmp_path, GOOD)
    assert [(step.who, step.does, step.given) for step in story.steps] == [
        ("Emma", "texts", "Hello"),
        ("Emma Two", "gets a text", ["Good day"]),
        ("", "later", "2 days"),
        ("Emma", "hangs up", None),
    ]
    assert (story.company, story.matters, story.missing) == ("larkfield", {"Emma": 2}, "")


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (("texts:", "sings:"), "step 1: nobody knows how to play “Emma sings”"),
        (("Emma texts", "Olga texts"), "step 1: nobody knows how to play “Olga texts”"),
        (("matters:", "maters:"), "maters is nothing that a story has"),
        (("story: A question", "about: nothing"), "story is missing"),
        (("  - later: 2 days", "  - {later: 2 days, tickets: 1}"), "step 3: one sentence"),
        (("later:", "after:"), "step 3: nobody knows how to play “after”"),
        (("{Emma: 2}", "{Emma: two}"), "how many conversations Emma has is a number, not 'two'"),
        (("{Emma: 2}", "{Emma: -1}"), "how many conversations Emma has is a number, not -1"),
        (("{Emma: 2}", "[Emma]"), "matters must be a mapping of names"),
        (("{Emma: 2}", "{Olga: 2}"), "there is no Olga among the people"),
        (("matters: {Emma: 2}", "begins: Tuesday"), "'Tuesday' is no moment of a week"),
        (("matters: {Emma: 2}", "begins: Tuesday 25:00"), "'Tuesday 25:00' is no moment of a week"),
        (("matters: {Emma: 2}", "begins: 10"), "'10' is no moment of a week"),
    ],
)
def test_what_is_wrong_with_a_story_is_told_with_its_step(tmp_path: Path, change: tuple[str, str], told: str) -> None:
    with pytest.raises(ConfigurationError, match=told.replace("(", "\\(")):
        read(tmp_path, GOOD.replace(*change))


def test_all_that_is_wrong_is_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError) as told:
        read(tmp_path, GOOD.replace("texts:", "sings:").replace("later:", "after:"))
    assert str(told.value).count("nobody knows how to play") == 2


def test_what_is_no_yaml_is_no_story(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="cannot be read as a story"):
        read(tmp_path, "story: [")
    with pytest.raises(ConfigurationError, match="is no story"):
        read(tmp_path, "- one")


#

SATURDAY = datetime(2026, 11, 21, 22, 0, tzinfo=UTC)


def test_a_story_begins_at_the_next_such_hour() -> None:
    assert next_beginning("Tuesday 10:00", SATURDAY) == datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
    assert next_beginning("Saturday 22:30", SATURDAY) == datetime(2026, 11, 21, 22, 30, tzinfo=UTC)
    assert next_beginning("Saturday 21:00", SATURDAY) == datetime(2026, 11, 28, 21, 0, tzinfo=UTC)


@given(
    st.sampled_from(DAYS),
    st.integers(0, 23),
    st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31)),  # noqa: DTZ001
)
def test_it_is_never_in_the_past_nor_more_than_a_week_away(day: str, hour: int, naive: datetime) -> None:
    now = naive.replace(tzinfo=UTC)
    found = next_beginning(f"{day} {hour:02d}:00", now)
    assert now <= found <= now + timedelta(days=8)
    assert found.astimezone(ZoneInfo("Europe/London")).weekday() == DAYS.index(day)


@pytest.mark.parametrize("text", ["10:00", "Noday 10:00", "Tuesday", "Tuesday ten"])
def test_what_is_no_moment_of_a_week_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        next_beginning(text, SATURDAY)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("2 days", 172800), ("1 hour 30 minutes", 5400), ("1 week", 604800), ("0.5 hours", 1800)],
)
def test_a_span_of_time_is_read_as_people_write_it(text: str, seconds: int) -> None:
    assert span(text).total_seconds() == seconds


def test_a_span_without_a_unit_is_refused() -> None:
    with pytest.raises(ValueError, match="no span of time"):
        span("soon")
