"""A new master key, by the command as a person gives it, killed in the middle and said again."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from apps.bootstrap import Knowledge
from apps.bootstrap.master_key import begin_rotation, end_rotation, rotating
from apps.cli import main
from apps.settings import Settings, read_settings
from connectors.sql.columns import Private
from connectors.sql.keys import own
from connectors.sql.master import MasterKeys
from connectors.sql.store import SqlStore
from core.errors import ConfigurationError

COLUMN = Private("messages.text")
MANY = 4_000
ROTATE = [sys.executable, "-m", "apps.cli", "keys", "rotate"]


def settings(folder: Path) -> Settings:
    return read_settings({"HANDRAIL_DATA_DIR": str(folder)}, needed=())


def environment(folder: Path) -> dict[str, str]:
    return {**os.environ, "HANDRAIL_DATA_DIR": str(folder), "PYTHONUNBUFFERED": "1"}


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """An installation with the keys of many conversations."""
    folder = tmp_path / "data"
    container = Knowledge(settings(folder))
    container.open_store()
    with container.store.begin() as unit:
        assert container.store.ring is not None
        container.store.ring.prepare(unit.connection, [f"conversation:co_{number}" for number in range(MANY)])
    container.store.close()
    return folder


def written(store: SqlStore, subject: str) -> str:
    with store.begin() as unit:
        row = own(unit.connection, subject, {"text": f"words of {subject}"}, "text")
        return str(COLUMN.process_bind_param(row["text"], unit.connection.dialect))


def read(store: SqlStore, stored: str) -> object:
    return COLUMN.process_result_value(stored, store.reader.dialect)


def test_it_is_killed_in_the_middle_and_goes_on_while_others_write(data: Path) -> None:
    old = (data / "master.key").read_text(encoding="utf-8").strip()
    others = Knowledge(settings(data)).store  # a process that runs all the time
    stored = {subject: written(others, subject) for subject in ("conversation:co_7", f"conversation:co_{MANY - 1}")}

    process = subprocess.Popen(ROTATE, env=environment(data), stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    process.stdout.readline()
    process.send_signal(signal.SIGKILL)
    process.communicate()
    with others.read() as unit:
        assert len(unit.keys.counts()) == 2, "it was not in the middle"
    assert (data / "master.key").read_text(encoding="utf-8").split()[1] == old

    stored["conversation:co_new"] = written(others, "conversation:co_new")
    done = subprocess.run(ROTATE, env=environment(data), capture_output=True, text=True, check=True)
    assert "the old master key opens nothing more" in done.stdout
    stored["conversation:co_later"] = written(others, "conversation:co_later")

    new = (data / "master.key").read_text(encoding="utf-8").strip()
    assert " " not in new
    assert new != old
    assert (data / "master.key").stat().st_mode & 0o777 == 0o600
    fresh = Knowledge(settings(data)).store
    for store in (others, fresh):
        assert {subject: read(store, each) for subject, each in stored.items()} == {
            subject: f"words of {subject}" for subject in stored
        }
        with store.read() as unit:
            assert sum(unit.keys.counts().values()) == MANY + 3
            assert len(unit.keys.counts()) == 1
    refused = SqlStore(f"sqlite:///{data}/handrail.db", keys=lambda *, new=False: MasterKeys(old))
    with pytest.raises(ConfigurationError, match="under master key"), refused.read():
        pass
    for store in (others, fresh, refused):
        store.close()


def test_of_two_at_once_the_second_is_refused_and_changes_nothing(data: Path) -> None:
    before = (data / "master.key").read_text(encoding="utf-8")
    with rotating(settings(data)):
        said = CliRunner().invoke(main, ["keys", "rotate"], env={"HANDRAIL_DATA_DIR": str(data)})
    assert said.exit_code
    assert "another `handrail keys rotate` is under way" in said.output
    assert (data / "master.key").read_text(encoding="utf-8") == before


def test_no_key_is_taken_out_that_data_are_under(data: Path) -> None:
    keys = begin_rotation(settings(data))
    before = (data / "master.key").read_text(encoding="utf-8")
    for used in ({keys.newest.id, keys.all[1].id}, {keys.all[1].id}):
        with pytest.raises(ConfigurationError, match="every key is kept"):
            end_rotation(settings(data), keys, used)
    other = MasterKeys("another-master-key-0123456789-0123456789")
    with pytest.raises(ConfigurationError, match="every key is kept"):
        end_rotation(settings(data), other, {other.newest.id})
    assert (data / "master.key").read_text(encoding="utf-8") == before


def test_a_key_that_is_a_setting_is_changed_by_whoever_sets_it(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    first, second = "first-" * 8, "second-" * 8

    def rotated(keys: str) -> str:
        known = {"HANDRAIL_DATA_DIR": str(folder), "HANDRAIL_MASTER_KEY": keys}
        return CliRunner().invoke(main, ["keys", "rotate"], env=known).output

    container = Knowledge(read_settings({"HANDRAIL_DATA_DIR": str(folder), "HANDRAIL_MASTER_KEY": first}, needed=()))
    container.open_store()
    with container.store.begin():
        pass
    container.store.close()
    assert "set master_key to the new key and the old one" in rotated(first)
    assert "take the old one out of master_key" in rotated(f"{second},{first}")
    assert "under master key" in rotated(first)
    assert not (folder / "master.key").exists()
