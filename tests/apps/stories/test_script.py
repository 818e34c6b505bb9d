from pathlib import Path

import pytest

from apps.stories.player import PEOPLE_DO, WORLD_DOES
from apps.stories.script import Story, read_story
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
