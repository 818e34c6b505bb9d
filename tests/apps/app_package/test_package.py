import io
import json
import zipfile
from importlib.metadata import version
from pathlib import Path

import pytest
from click.testing import CliRunner

from apps.app_package import command
from apps.app_package.checking import check
from apps.app_package.package import FOLDER, build_package
from core.errors import ConfigurationError
from tests.apps.app_package.packages import change, remove, whole, write

LANGUAGES = ("en", "de", "es", "fr", "pt", "ja")


def opened(content: bytes) -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(content))


def folder_of(files: dict[str, bytes], folder: Path) -> Path:
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return folder


def test_the_zip_has_the_manifest_at_its_top_with_our_version() -> None:
    manifest = json.loads(opened(build_package()).read("manifest.json"))
    assert manifest["version"] == version("handrail")
    assert json.loads(opened(build_package(version="9.8.7")).read("manifest.json"))["version"] == "9.8.7"


def test_the_same_files_give_the_same_bytes() -> None:
    assert build_package() == build_package()


def test_notes_and_hidden_files_stay_at_home(tmp_path: Path) -> None:
    files = whole() | {"README.md": b"a note", "assets/.DS_Store": b"x", "src/app.ts": b"x"}
    assert set(opened(build_package(folder_of(files, tmp_path))).namelist()) == set(whole())


@pytest.mark.parametrize("manifest", ["{", "[]"])
def test_a_folder_without_a_readable_manifest_is_refused_with_its_path(tmp_path: Path, manifest: str) -> None:
    (tmp_path / "manifest.json").write_text(manifest)
    with pytest.raises(ConfigurationError, match=r"manifest\.json"):
        build_package(tmp_path)


def test_our_own_package_breaks_no_rule_in_any_language() -> None:
    assert check(FOLDER) == []
    names = opened(build_package()).namelist()
    assert [code for code in LANGUAGES if f"translations/{code}.json" not in names] == []


def test_the_command_writes_the_zip_and_says_what_to_do_with_it(tmp_path: Path) -> None:
    out = tmp_path / "app.zip"
    said = CliRunner().invoke(command.package, ["--out", str(out)])
    assert (said.exit_code, check(out)) == (0, [])
    assert "handrail connect zendesk" in said.output


def test_what_zendesk_would_refuse_is_not_written(tmp_path: Path) -> None:
    files = whole()
    change(author=None)(files)
    folder, out = folder_of(files, tmp_path / "app"), tmp_path / "app.zip"
    said = CliRunner().invoke(command.package, ["--folder", str(folder), "--out", str(out)])
    assert isinstance(said.exception, ConfigurationError)
    assert "error    manifest.json, author: key missing" in said.output
    assert not out.exists()


def test_the_exit_code_tells_refusals_from_warnings(tmp_path: Path) -> None:
    codes = []
    for number, damage in enumerate(
        (lambda files: None, write("assets/a.js", "http://a.example"), remove("assets/logo.png"))
    ):
        files = whole()
        damage(files)
        codes.append(CliRunner().invoke(command.check, [str(folder_of(files, tmp_path / str(number)))]).exit_code)
    assert codes == [0, 1, 2]


def test_each_line_names_the_file_the_key_and_what_to_do(tmp_path: Path) -> None:
    files = whole()
    change(signedUrls="yes")(files)
    said = CliRunner().invoke(command.check, [str(folder_of(files, tmp_path))]).output
    assert "manifest.json, signedUrls: not true or false (yes)" in said
    assert "Write true or false, without quotes." in said
    assert "1 error, 0 warnings" in said
