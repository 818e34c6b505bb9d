"""The stories, on one stage per company in one process: web and sandbox over HTTP, SQLite, the vendors' own clients."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from apps.stories.command import files_in, read_stories
from apps.stories.script import Story
from tests.scenarios.shared_stage import SharedStage
from tests.stack import warmed

STORIES = Path(__file__).parent / "stories"
ALL = sorted(read_stories(files_in(STORIES)), key=lambda story: (story.company, story.path.stem))


def marked(story: Story) -> object:
    """What cannot pass yet must fail, and says why: the day that it passes, its mark has to come off."""
    reason = pytest.mark.xfail(reason=story.missing, strict=True, raises=AssertionError)
    return pytest.param(story, id=story.path.stem, marks=[reason] if story.missing else [])


@pytest.fixture(scope="module")
def shared(request: pytest.FixtureRequest) -> Iterator[SharedStage]:
    """What is trained and encoded there is every test's; the state is fresh each time."""
    folder = Path(request.config.rootpath) / "var" / "test-stories"
    warmed(folder)
    with SharedStage(folder=folder, companies=STORIES.parent / "companies") as made:
        yield made


@pytest.mark.timeout(300)
@pytest.mark.parametrize("story", [marked(story) for story in ALL])
def test_a_story_goes_as_it_is_written(story: Story, shared: SharedStage) -> None:
    played = shared.play(story)
    if played.broken:
        pytest.fail(played.wrong)
    assert not played.wrong, f"step {played.at.number if played.at else 'last'}: {played.wrong} ({played.last})"


def test_there_is_a_story_for_each_row_and_each_scenario() -> None:
    titles = [story.title for story in ALL if not story.missing]
    assert sum(title.startswith("Owner table") for title in titles) >= 8
    assert {f"Five scenarios, {n}" for n in range(1, 6)} == {t[:17] for t in titles if t.startswith("Five scenarios")}
