"""`handrail up` where it cannot begin: one message before anything is started."""

import socket
from pathlib import Path

import pytest

from apps.demo.processes import check_listen, lock_folder
from core.errors import ConfigurationError


def test_an_address_that_another_program_has_is_told_with_what_to_do() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        listen = f"127.0.0.1:{taken.getsockname()[1]}"
        with pytest.raises(ConfigurationError, match=r"set listen in handrail\.toml") as told:
            check_listen(listen)
    assert listen in str(told.value)
    check_listen(listen)


def test_a_second_one_in_the_same_folder_is_refused_by_name(tmp_path: Path) -> None:
    with (
        lock_folder(tmp_path / "up.lock", "Handrail"),
        pytest.raises(ConfigurationError, match=r"^Handrail runs in this folder already"),
    ):
        lock_folder(tmp_path / "up.lock", "Handrail")
    lock_folder(tmp_path / "up.lock", "Handrail").close()


def test_a_folder_that_is_a_file_cannot_be_locked(tmp_path: Path) -> None:
    (tmp_path / "var").write_text("", encoding="utf-8")
    with pytest.raises(ConfigurationError, match=r"var cannot be the folder for our files \(it is a file\)"):
        lock_folder(tmp_path / "var" / "up.lock")
