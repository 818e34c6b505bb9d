from pathlib import Path

import pytest

from apps.demo.command import play
from core.errors import ConfigurationError


def test_a_demo_without_a_built_sidebar_says_what_to_do_and_starts_nothing(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="make demo"):
        play(tmp_path / "demo", check=True, port=None, web_port=None, app=tmp_path)
    assert not (tmp_path / "demo").exists()
