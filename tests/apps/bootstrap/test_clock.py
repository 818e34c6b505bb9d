from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from apps.bootstrap.clock import Ahead
from apps.stories.stage import StoryClock
from tests.clock import NOW, Clock


def test_without_a_story_nobody_is_ahead() -> None:
    assert Ahead()() == timedelta(0)


def test_who_follows_a_storys_clock_is_ahead_by_as_much(tmp_path: Path) -> None:
    story, ahead = StoryClock(tmp_path / "ahead", Clock()), Ahead(tmp_path / "ahead")
    story.forward(timedelta(days=2))
    story.forward(timedelta(minutes=5))
    assert ahead() == timedelta(days=2, minutes=5)
    assert story.now() == NOW + timedelta(days=2, minutes=5)
    ahead.follow(None)
    assert ahead() == timedelta(0)


def test_a_storys_clock_does_not_go_back(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="does not go back"):
        StoryClock(tmp_path / "ahead", lambda: datetime.now(UTC)).forward(timedelta(seconds=-1))
