"""Where `handrail up` and its like cannot begin: one line before anything is started, and exit code 2."""

import socket
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from apps.cli import main
from apps.demo.environment import DemoEnvironment
from apps.metrics import FOLDER
from apps.processes import check_listen, free_port, lock_folder
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
    with pytest.raises(ConfigurationError, match=r"var cannot be the folder for Handrail's files \(it is a file\)"):
        lock_folder(tmp_path / "var" / "up.lock")


# ---------------------------------------------------------------- as the commands say it


def given(folder: Path, command: str, port: int = 28_800) -> Result:
    """The command of an installation with all its settings, whose files lie in `folder`."""
    environment = DemoEnvironment(folder=folder, web_port=port, sandbox_port=1, queue_url="")
    # `web` names the folder that its processes count in; what is given here is taken back afterwards.
    variables: dict[str, str | None] = {**environment.handrail(), FOLDER: None}
    return CliRunner().invoke(main, command.split(), env=variables)


def told(done: Result) -> str:
    """The one line that was said."""
    assert done.exit_code == 2, done.output
    assert done.output.count("\n") == 1, done.output
    return str(done.output)


@pytest.mark.parametrize("command", ["up", "web", "worker", "worker --outreach", "sync", "knowledge add ."])
def test_a_data_folder_that_is_a_file_is_told_in_one_line(command: str, tmp_path: Path) -> None:
    (tmp_path / "var").write_text("", encoding="utf-8")
    assert "is a file" in told(given(tmp_path / "var", command))
    assert f"{tmp_path / 'var'} is a file" in told(given(tmp_path / "var" / "handrail", command))


@pytest.mark.parametrize("command", ["demo", "train"])
def test_a_folder_of_the_demo_that_is_a_file_is_told_in_one_line(command: str, tmp_path: Path) -> None:
    (tmp_path / "var").write_text("", encoding="utf-8")
    assert "is a file" in told(given(tmp_path, f"{command} --folder {tmp_path / 'var'}"))


@pytest.mark.skipif(not Path("/proc/self").is_dir(), reason="a folder in which nobody may write, not even root")
@pytest.mark.parametrize("command", ["up", "web", "worker", "sync", "demo --folder /proc", "train --folder /proc"])
def test_a_folder_that_nothing_can_be_written_into_is_told_in_one_line(command: str) -> None:
    assert "cannot be the folder for Handrail's files" in told(given(Path("/proc"), command))


def test_init_into_a_folder_that_cannot_be_made_is_told_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "var").write_text("", encoding="utf-8")
    names = "--company X --public-url https://desk.example.com --subdomain x --email a@larkfield.example"
    done = given(tmp_path, f"init --folder {tmp_path / 'var' / 'desk'} {names} --approver b@larkfield.example")
    assert f"{tmp_path / 'var' / 'desk'} cannot be used" in told(done)


@pytest.mark.parametrize("command", ["up", "web"])
def test_a_port_that_another_program_has_is_told_in_one_line(command: str, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = int(taken.getsockname()[1])
        assert f"127.0.0.1:{port} cannot be listened on" in told(given(tmp_path / "var", command, port))


@pytest.mark.parametrize("command", ["demo", "train"])
@pytest.mark.parametrize("option", ["--port", "--web-port"])
def test_a_port_of_the_demo_that_another_program_has_is_told_before_anything_starts(
    command: str, option: str, tmp_path: Path
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = int(taken.getsockname()[1])
        done = given(tmp_path, f"{command} --folder {tmp_path / 'demo'} {option} {port}")
    assert told(done) == f"port {port} is taken: choose another\n"


def test_one_port_cannot_be_both_of_the_demos(tmp_path: Path) -> None:
    port = free_port(None, 0)
    done = given(tmp_path, f"demo --folder {tmp_path / 'demo'} --port {port} --web-port {port}")
    assert told(done) == f"port {port} is taken: choose another\n"


def test_a_port_beyond_the_last_is_no_port(tmp_path: Path) -> None:
    assert "99999 is not in the range" in given(tmp_path, "demo --port 99999").output
    assert "write host:port" in given(tmp_path / "var", "web", 99_999).output


def test_a_host_that_is_not_there_is_told() -> None:
    with pytest.raises(ConfigurationError, match=r"desk\.invalid:8800 cannot be listened on \([A-Z]"):
        check_listen("desk.invalid:8800")
