"""Where the master key comes from."""

import stat
from pathlib import Path

import pytest

from apps.bootstrap import Knowledge
from apps.bootstrap.master_key import read_master_keys
from apps.settings import Settings, read_settings
from core.errors import ConfigurationError
from tests.keys import KEY


def settings(folder: Path, **more: str) -> Settings:
    return read_settings({"HANDRAIL_DATA_DIR": str(folder), **more}, needed=())


def test_the_first_start_writes_a_key_that_only_its_owner_can_read(tmp_path: Path) -> None:
    Knowledge(settings(tmp_path / "data")).open_store()
    path = tmp_path / "data" / "master.key"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    text = path.read_text(encoding="utf-8")
    again = Knowledge(settings(tmp_path / "data"))
    again.open_store()
    with again.store.begin() as unit:
        assert sum(unit.keys.counts().values()) == 1
    assert path.read_text(encoding="utf-8") == text


def test_where_a_key_is_set_none_is_written(tmp_path: Path) -> None:
    (tmp_path / "key").write_text(f"{KEY}\n", encoding="utf-8")
    container = Knowledge(settings(tmp_path / "data", HANDRAIL_MASTER_KEY_FILE=str(tmp_path / "key")))
    container.open_store()
    assert not (tmp_path / "data" / "master.key").exists()
    assert (
        read_master_keys(container.settings).newest.id
        == read_master_keys(settings(tmp_path, HANDRAIL_MASTER_KEY=KEY)).newest.id
    )


def test_a_store_whose_key_is_lost_gets_no_new_one(tmp_path: Path) -> None:
    first = Knowledge(settings(tmp_path))
    first.open_store()
    with first.store.begin():
        pass
    (tmp_path / "master.key").unlink()
    again = Knowledge(settings(tmp_path))
    with pytest.raises(ConfigurationError, match="master key is missing"):
        again.open_store()
    assert not (tmp_path / "master.key").exists()
