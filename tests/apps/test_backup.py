"""`handrail backup` and `handrail restore` as an operator gives them."""

import json
import os
import shutil
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from apps.backup import CURSOR, NAME, LastBackup
from apps.cli import main
from apps.processes import lock_folder
from connectors.sql.master import MasterKeys
from connectors.sql.schema import upgrade
from connectors.sql.store import SqlStore
from core.govern.pause import current_pause
from core.outreach.signals.schedule import NOT_BEFORE
from tests.keys import KEY

TOML = """company = "Larkfield Home"
data_dir = "var/handrail"
policy = "policy.yaml"
style = "texts/style.yaml"
queue_url = "redis://:hunter2@queue:6379/0"
"""


@pytest.fixture(autouse=True)
def _alone(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("HANDRAIL_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HANDRAIL_MASTER_KEY", KEY)


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An installation with a store, in the current folder."""
    folder = tmp_path / "desk"
    for name, text in {
        "handrail.toml": TOML,
        "policy.yaml": "version: 1\n",
        "texts/style.yaml": "voice: plain\n",
        "secrets/zendesk.token": "a-real-token\n",
        "var/handrail/master.key": f"{KEY}\n",
        "var/handrail/queue/queue.log": "",
    }.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    monkeypatch.chdir(folder)
    with kept(folder) as store, store.begin() as unit:
        unit.cursors.set("first", "1")
    return folder


@contextmanager
def kept(folder: Path) -> Iterator[SqlStore]:
    """The store of an installation."""
    url = f"sqlite:///{folder / 'var' / 'handrail' / 'handrail.db'}"
    upgrade(url)
    store = SqlStore(url, keys=lambda *, new=False: MasterKeys(KEY))
    yield store
    store.close()


def handrail(*words: str) -> Result:
    return CliRunner().invoke(main, list(words))


def made(folder: Path, *more: str) -> Path:
    done = handrail("backup", str(folder), *more)
    assert done.exit_code == 0, done.output
    return max(each for each in folder.iterdir() if each.name.startswith("handrail-"))


@pytest.fixture
def empty(here: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "new"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


def test_a_backup_holds_store_and_files_no_secret_and_nobody_else_reads_it(here: Path, tmp_path: Path) -> None:
    place = made(tmp_path / "copies")
    files = sorted(each.relative_to(place).as_posix() for each in place.rglob("*") if each.is_file())
    assert files == ["backup.json", "files/handrail.toml", "files/policy.yaml", "files/texts/style.yaml", "handrail.db"]
    held = b"".join(each.read_bytes() for each in place.rglob("*") if each.is_file())
    assert b"a-real-token" not in held
    assert b"hunter2" not in held
    assert b"redis://:PASSWORD@queue:6379/0" in held
    for each in (place.parent, place, *place.rglob("*")):
        assert stat.S_IMODE(each.stat().st_mode) & 0o077 == 0, each


def test_the_store_is_told_of_a_backup(here: Path, tmp_path: Path) -> None:
    place = made(tmp_path / "copies")
    with kept(here) as store, store.read() as unit:
        assert unit.cursors.get(CURSOR) == json.loads((place / "backup.json").read_text())["made_at"]


def test_prometheus_is_told_when_the_newest_was_made(here: Path, tmp_path: Path) -> None:
    with kept(here) as store:
        assert list(LastBackup(store).collect()) == []
    before = datetime.now(UTC)
    made(tmp_path / "copies")
    with kept(here) as store:
        ((sample,),) = [family.samples for family in LastBackup(store).collect()]
    assert before.timestamp() <= sample.value <= datetime.now(UTC).timestamp()


@pytest.mark.parametrize("ending", ["", ".part"])
def test_of_two_backups_in_one_second_the_second_leaves_the_first_alone(
    here: Path, tmp_path: Path, ending: str
) -> None:
    begun = datetime.now(UTC)
    others = [tmp_path / (begun + timedelta(seconds=each)).strftime(f"{NAME}{ending}") for each in range(30)]
    for other in others:
        other.mkdir()
    done = handrail("backup", str(tmp_path))
    assert (done.exit_code, "Another backup of this second" in done.output) == (2, True)
    assert all(other.is_dir() for other in others)


def test_put_back_into_an_empty_folder_it_is_what_it_was(here: Path, empty: Path, tmp_path: Path) -> None:
    os.chdir(here)
    place = made(tmp_path / "copies")
    os.chdir(empty)
    done = handrail("restore", str(place))
    assert done.exit_code == 0, done.output
    assert "write it again where it says PASSWORD" in done.output
    assert "paused" in done.output
    assert (empty / "texts" / "style.yaml").read_text() == "voice: plain\n"
    with kept(empty) as store, store.read() as unit:
        assert unit.cursors.get("first") == "1"
        pause, schedule_not_before = current_pause(unit), unit.cursors.get(NOT_BEFORE)
    assert schedule_not_before is not None
    assert pause is not None
    assert pause.by == "handrail restore"


def test_an_encrypted_store_is_put_back_only_where_its_key_is(
    here: Path, empty: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    os.chdir(here)
    place = made(tmp_path / "copies")
    os.chdir(empty)
    monkeypatch.delenv("HANDRAIL_MASTER_KEY")
    done = handrail("restore", str(place))
    assert done.exit_code == 2
    assert "the master key is missing" in done.output
    assert not (empty / "var" / "handrail" / "handrail.db").exists()
    assert KEY.encode() not in b"".join(each.read_bytes() for each in place.rglob("*") if each.is_file())
    shutil.copy(here / "var" / "handrail" / "master.key", empty / "var" / "handrail")
    assert handrail("restore", str(place)).exit_code == 0


def test_where_nothing_ran_since_it_goes_on_without_a_pause(here: Path, empty: Path, tmp_path: Path) -> None:
    os.chdir(here)
    place = made(tmp_path / "copies")
    os.chdir(empty)
    assert "paused" not in handrail("restore", str(place), "--nothing-since").output
    with kept(empty) as store, store.read() as unit:
        assert current_pause(unit) is None


def test_what_is_there_is_never_written_over(here: Path, tmp_path: Path) -> None:
    place = made(tmp_path / "copies")
    (here / "policy.yaml").write_text("version: 2\n", encoding="utf-8")
    before = (here / "var" / "handrail" / "handrail.db").read_bytes()
    done = handrail("restore", str(place))
    assert done.exit_code == 2
    assert "There is a store already at" in done.output
    assert (here / "policy.yaml").read_text() == "version: 2\n"
    assert (here / "var" / "handrail" / "handrail.db").read_bytes() == before


def test_a_backup_that_was_changed_is_refused_before_anything_is_written(
    here: Path, empty: Path, tmp_path: Path
) -> None:
    os.chdir(here)
    place = made(tmp_path / "copies")
    os.chdir(empty)
    with (place / "handrail.db").open("r+b") as file:
        file.seek(5000)
        file.write(b"!!!")
    done = handrail("restore", str(place))
    assert (done.exit_code, list(empty.iterdir())) == (2, [])
    assert "handrail.db differ" in done.output
    (place / "backup.json").unlink()
    assert "is no backup of Handrail" in handrail("restore", str(place)).output


def test_names_that_lead_out_of_the_folder_are_refused(here: Path, empty: Path, tmp_path: Path) -> None:
    os.chdir(here)
    place = made(tmp_path / "copies")
    os.chdir(empty)
    about = json.loads((place / "backup.json").read_text())
    about["files"]["../../outside.db"] = "0" * 64
    (place / "backup.json").write_text(json.dumps(about))
    assert handrail("restore", str(place)).exit_code == 2
    assert list(empty.iterdir()) == []


def test_a_running_installation_is_not_restored_into(here: Path, empty: Path, tmp_path: Path) -> None:
    os.chdir(here)
    place = made(tmp_path / "copies")
    os.chdir(empty)
    with lock_folder(empty / "var" / "handrail" / "up.lock", "Handrail"):
        assert "runs in this folder already" in handrail("restore", str(place)).output


def test_only_the_newest_are_kept_where_that_is_asked(here: Path, tmp_path: Path) -> None:
    copies = tmp_path / "copies"
    first = made(copies)
    for number in (1, 2):
        shutil.copytree(first, copies / f"handrail-2020010{number}T000000Z")
    first.rename(copies / "handrail-20210101T000000Z")
    (copies / "handrail-of-somebody-Z").mkdir()
    made(copies, "--keep", "2")
    names = sorted(each.name for each in copies.iterdir())
    assert len(names) == 3
    assert "handrail-of-somebody-Z" in names
    assert not any(name.startswith("handrail-2020") for name in names[:1])


def test_a_backup_that_fails_leaves_nothing_half_done(here: Path, tmp_path: Path) -> None:
    (here / "var" / "handrail" / "vectors.db").write_bytes(b"no database" * 1000)
    done = handrail("backup", str(tmp_path / "copies"))
    assert done.exit_code == 2
    assert "vectors.db cannot be copied: file is not a database" in done.output
    assert list((tmp_path / "copies").iterdir()) == []
