import tomllib
from pathlib import Path

import pytest

from apps.toml_file import change_toml, read_toml
from core.errors import ConfigurationError

WRITTEN = """\
# Ours.
company = "Larkfield Home"   # as customers know it

[zendesk]
# the account
subdomain = "larkfield"

[twilio]
sms_number = "+15005550006"
"""


@pytest.fixture
def toml(tmp_path: Path) -> Path:
    path = tmp_path / "handrail.toml"
    path.write_text(WRITTEN, encoding="utf-8")
    return path


def test_what_a_person_wrote_stays_word_for_word(toml: Path) -> None:
    change_toml(toml, {"zendesk.user_id": "42"})
    lines = toml.read_text(encoding="utf-8").splitlines()
    assert [line for line in WRITTEN.splitlines() if line not in lines] == []
    assert tomllib.loads("\n".join(lines))["zendesk"] == {"subdomain": "larkfield", "user_id": "42"}


def test_a_value_is_replaced_where_it_stands(toml: Path) -> None:
    change_toml(toml, {"company": "Larkfield"})
    assert toml.read_text(encoding="utf-8").splitlines()[1] == 'company = "Larkfield"   # as customers know it'


def test_a_table_that_is_not_there_is_made(tmp_path: Path) -> None:
    path = tmp_path / "handrail.toml"
    change_toml(path, {"zendesk.app_id": "7", "listen": "127.0.0.1:1"})
    assert read_toml(path, []) == {"zendesk.app_id": "7", "listen": "127.0.0.1:1"}


def test_what_was_put_in_can_be_taken_out_again(toml: Path) -> None:
    change_toml(toml, {"zendesk.user_id": "42"})
    change_toml(toml, {"zendesk.user_id": None, "slack.url": None})
    assert toml.read_text(encoding="utf-8") == WRITTEN


def test_values_with_quotes_come_back_as_they_were(toml: Path) -> None:
    change_toml(toml, {"company": 'Lark "field" \\ Söhne'})
    assert read_toml(toml, [])["company"] == 'Lark "field" \\ Söhne'


def test_a_file_that_is_no_toml_is_not_touched(toml: Path) -> None:
    toml.write_text("company = \n", encoding="utf-8")
    with pytest.raises(ConfigurationError, match="cannot be changed"):
        change_toml(toml, {"company": "x"})
    assert toml.read_text(encoding="utf-8") == "company = \n"


def test_a_key_below_a_value_that_is_no_table_is_refused(toml: Path) -> None:
    with pytest.raises(ConfigurationError, match="no table"):
        change_toml(toml, {"company.name": "x"})


def test_the_files_rights_stay_as_they_were(toml: Path) -> None:
    toml.chmod(0o640)
    change_toml(toml, {"company": "x"})
    assert toml.stat().st_mode & 0o777 == 0o640


def test_lines_end_as_they_did(toml: Path) -> None:
    toml.write_bytes(WRITTEN.replace("\n", "\r\n").encode())
    change_toml(toml, {"company": "Larkfield", "zendesk.user_id": "42"})
    written = toml.read_bytes()
    assert b'company = "Larkfield"   # as customers know it\r\n' in written
    assert b"# the account\r\n" in written
    assert tomllib.loads(written.decode())["zendesk"]["user_id"] == "42"
