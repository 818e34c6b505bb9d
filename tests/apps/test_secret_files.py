from pathlib import Path

import pytest

from apps.secret_files import forget_secret, keep_secret, read_secret


def rights(path: Path) -> int:
    return path.stat().st_mode & 0o777


def test_a_secret_is_read_as_it_was_kept(tmp_path: Path) -> None:
    problems: list[str] = []
    keep_secret(tmp_path / "secrets", "zendesk.token", "fake-token")
    assert read_secret(tmp_path / "secrets" / "zendesk.token", "it", problems) == "fake-token"
    assert problems == []


def test_only_the_owner_can_look(tmp_path: Path) -> None:
    folder = tmp_path / "secrets"
    folder.mkdir(mode=0o755)
    keep_secret(folder, "api_key", "fake-key")
    assert (rights(folder), rights(folder / "api_key")) == (0o700, 0o600)


def test_git_is_told_to_look_away(tmp_path: Path) -> None:
    keep_secret(tmp_path / "secrets", "api_key", "fake-key")
    assert (tmp_path / "secrets" / ".gitignore").read_text() == "*\n"


def test_a_newer_secret_takes_the_place_of_the_older_and_leaves_nothing_behind(tmp_path: Path) -> None:
    for value in ("fake-old", "fake-new"):
        keep_secret(tmp_path, "api_key", value)
    assert (tmp_path / "api_key").read_text() == "fake-new\n"
    assert sorted(path.name for path in tmp_path.iterdir()) == [".gitignore", "api_key"]


def test_a_secret_that_others_could_read_is_theirs_no_longer_once_it_is_kept_anew(tmp_path: Path) -> None:
    (tmp_path / "api_key").write_text("fake-open")
    (tmp_path / "api_key").chmod(0o644)
    keep_secret(tmp_path, "api_key", "fake-closed")
    assert rights(tmp_path / "api_key") == 0o600


def test_forgetting_twice_is_fine(tmp_path: Path) -> None:
    keep_secret(tmp_path, "api_key", "fake-key")
    forget_secret(tmp_path, "api_key")
    forget_secret(tmp_path, "api_key")
    assert not (tmp_path / "api_key").exists()


@pytest.mark.parametrize(
    ("content", "words"), [(None, "cannot be read"), (b" \n", "is empty"), (b"\xff", "is not text")]
)
def test_a_file_that_holds_no_secret_is_a_problem_and_is_not_shown(
    tmp_path: Path, content: bytes | None, words: str
) -> None:
    path, problems = tmp_path / "api_key", list[str]()
    if content is not None:
        path.write_bytes(content)
    assert read_secret(path, "api_key", problems) == ""
    assert [words in problem for problem in problems] == [True]


def test_the_mark_that_some_editors_put_in_front_is_no_part_of_a_secret(tmp_path: Path) -> None:
    (tmp_path / "api_key").write_bytes(b"\xef\xbb\xbffake-key\r\n")
    assert read_secret(tmp_path / "api_key", "it", []) == "fake-key"
