from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

import pytest

from apps.setting_types import Secret
from apps.settings import SETTINGS, Settings, examine_settings, read_settings
from core.errors import ConfigurationError
from core.model.profile import TRUSTED, FactSource

ENVIRON = {
    "HANDRAIL_PUBLIC_URL": "https://desk.example.com",
    "HANDRAIL_API_KEY": "fake-api-key",
    "HANDRAIL_SESSION_SECRET": "fake-session-secret",
    "HANDRAIL_ZENDESK_SUBDOMAIN": "larkfield",
    "HANDRAIL_ZENDESK_EMAIL": "integration@larkfield.example",
    "HANDRAIL_ZENDESK_TOKEN": "fake-zendesk-token",
    "HANDRAIL_ZENDESK_WEBHOOK_SECRET": "fake-webhook-secret",
    "HANDRAIL_TWILIO_ACCOUNT_SID": "AC" + "0" * 32,
    "HANDRAIL_TWILIO_AUTH_TOKEN": "fake-auth-token",
    "HANDRAIL_TWILIO_SMS_NUMBER": "+15005550006",
    "HANDRAIL_SLACK_BOT_TOKEN": "fake-bot-token",
    "HANDRAIL_SLACK_SIGNING_SECRET": "fake-signing-secret",
}
SECRETS = {name: value for name, value in ENVIRON.items() if value.startswith("fake-")}


def problems(environ: Mapping[str, str], toml: Path | None = None) -> str:
    with pytest.raises(ConfigurationError) as told:
        read_settings(environ, toml)
    return str(told.value)


def without(*names: str) -> dict[str, str]:
    return {name: value for name, value in ENVIRON.items() if name not in names}


def written(folder: Path, text: str) -> Path:
    path = folder / "handrail.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_what_must_be_set_is_enough() -> None:
    settings = read_settings(ENVIRON)
    assert settings.public_url == "https://desk.example.com"
    assert settings.zendesk.token.value == "fake-zendesk-token"
    assert settings.listen == "127.0.0.1:8800"
    assert settings.delivery.notes
    assert settings.store_url == "sqlite:///var/handrail/handrail.db"
    assert settings.queue_url.startswith("redis+socket:///")


def test_every_problem_is_listed_in_one_message() -> None:
    bad = without("HANDRAIL_API_KEY", "HANDRAIL_ZENDESK_EMAIL") | {
        "HANDRAIL_DELIVERY_NOTES": "perhaps",
        "HANDRAIL_PUBLIC_URL": "desk.example.com",
        "HANDRAIL_TWILLIO_URL": "http://127.0.0.1:1",
        "HANDRAIL_SLACK_BOT_TOKEN": "",
    }
    told = problems(bad)
    assert "6 setting(s)" in told
    for variable in ("API_KEY", "ZENDESK_EMAIL", "DELIVERY_NOTES", "PUBLIC_URL", "TWILLIO_URL", "SLACK_BOT_TOKEN"):
        assert sum(f"HANDRAIL_{variable} " in line for line in told.splitlines()) == 1


def test_an_empty_environment_names_every_setting_that_has_no_default() -> None:
    told = problems({})
    needed = [setting.variable for setting in SETTINGS if setting.default is None]
    assert len(needed) == len(ENVIRON)
    assert [variable for variable in needed if variable not in told] == []


def test_what_another_setting_makes_needless_may_be_missing(tmp_path: Path) -> None:
    bare = without("HANDRAIL_SLACK_BOT_TOKEN")
    assert "HANDRAIL_SLACK_BOT_TOKEN is missing" in problems(bare)
    assert read_settings(bare | {"HANDRAIL_SLACK_CLIENT_ID": "1.2"}).slack.bot_token.value == ""
    toml = tmp_path / "handrail.toml"
    toml.write_text('[slack]\nclient_id = "1.2"\n', encoding="utf-8")
    assert read_settings(bare, toml).slack.client_id == "1.2"


def test_a_problem_says_what_to_do() -> None:
    told = problems(without("HANDRAIL_ZENDESK_SUBDOMAIN"))
    assert "HANDRAIL_ZENDESK_SUBDOMAIN is missing: the part before .zendesk.com." in told
    assert "zendesk.subdomain in handrail.toml" in told


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("HANDRAIL_PUBLIC_URL", "desk.example.com"),
        ("HANDRAIL_PUBLIC_URL", "https://desk.example.com/?a=b"),
        ("HANDRAIL_LISTEN", "8800"),
        ("HANDRAIL_ZENDESK_SUBDOMAIN", "https://larkfield.zendesk.com"),
        ("HANDRAIL_TWILIO_ACCOUNT_SID", "AC123"),
        ("HANDRAIL_TWILIO_SMS_NUMBER", "07700 900004"),
        ("HANDRAIL_DELIVERY_TAGS", "True"),
        ("HANDRAIL_OPENAI_BASE_URL", "localhost:11434"),
    ],
)
def test_a_value_that_cannot_be_right_is_a_problem(variable: str, value: str) -> None:
    assert f"{variable} is {value!r}: " in problems(ENVIRON | {variable: value})


@pytest.mark.parametrize("url", ["https://desk.example.com/", "http://127.0.0.1:8800", "https://a.example/handrail"])
def test_an_address_may_have_a_port_and_a_path(url: str) -> None:
    assert read_settings(ENVIRON | {"HANDRAIL_PUBLIC_URL": url}).public_url == url


def test_the_environment_comes_before_the_file(tmp_path: Path) -> None:
    toml = written(tmp_path, 'company = "Larkfield Home"\nlisten = "127.0.0.1:1"\n')
    settings = read_settings(ENVIRON | {"HANDRAIL_LISTEN": "127.0.0.1:2"}, toml)
    assert (settings.company, settings.listen) == ("Larkfield Home", "127.0.0.1:2")


def test_tables_of_the_file_are_dotted_keys(tmp_path: Path) -> None:
    toml = written(tmp_path, '[zendesk]\nsubdomain = "other"\nhelp_center = false\n[delivery]\nnotes = false\n')
    settings = read_settings(without("HANDRAIL_ZENDESK_SUBDOMAIN"), toml)
    assert settings.zendesk.subdomain == "other"
    assert not settings.zendesk.help_center
    assert not settings.delivery.notes


def test_a_misspelt_key_of_the_file_is_a_problem(tmp_path: Path) -> None:
    told = problems(ENVIRON, written(tmp_path, '[zendesk]\nsubdomian = "larkfield"\n'))
    assert "zendesk.subdomian in handrail.toml is no setting" in told


def test_a_secret_in_the_file_is_a_problem_and_is_not_repeated(tmp_path: Path) -> None:
    told = problems(ENVIRON, written(tmp_path, '[slack]\nbot_token = "fake-token-in-a-file"\n'))
    assert "secrets belong in HANDRAIL_SLACK_BOT_TOKEN" in told
    assert "fake-token-in-a-file" not in told


def test_a_file_that_is_no_toml_is_a_problem(tmp_path: Path) -> None:
    assert "handrail.toml cannot be read" in problems(ENVIRON, written(tmp_path, "company = \n"))


def test_a_file_that_is_no_text_is_a_problem(tmp_path: Path) -> None:
    path = tmp_path / "handrail.toml"
    path.write_bytes(b"\xff\xfe")
    assert "handrail.toml cannot be read" in problems(ENVIRON, path)


def test_no_file_is_fine_but_a_file_that_was_named_must_be_there(tmp_path: Path) -> None:
    absent = tmp_path / "absent.toml"
    read_settings(ENVIRON, absent)
    assert "HANDRAIL_CONFIG names a file" in problems(ENVIRON | {"HANDRAIL_CONFIG": str(absent)}, absent)


def test_a_secret_may_stand_in_a_file_of_its_own(tmp_path: Path) -> None:
    secret = tmp_path / "token"
    secret.write_text("fake-token-of-a-file\n", encoding="utf-8")
    environ = without("HANDRAIL_ZENDESK_TOKEN") | {"HANDRAIL_ZENDESK_TOKEN_FILE": str(secret)}
    assert read_settings(environ).zendesk.token.value == "fake-token-of-a-file"


@pytest.mark.parametrize(
    ("content", "words"), [(None, "cannot be read"), (b"", "is empty"), (b" \n", "is empty"), (b"\xff", "is not text")]
)
def test_a_secrets_file_that_holds_none_is_a_problem(tmp_path: Path, content: bytes | None, words: str) -> None:
    secret = tmp_path / "token"
    if content is not None:
        secret.write_bytes(content)
    told = problems(without("HANDRAIL_API_KEY") | {"HANDRAIL_API_KEY_FILE": str(secret)})
    assert f"HANDRAIL_API_KEY_FILE {words}" in told


def test_only_a_secret_may_be_given_as_a_file() -> None:
    assert "HANDRAIL_COMPANY_FILE is no setting" in problems(ENVIRON | {"HANDRAIL_COMPANY_FILE": "company.txt"})


def test_a_blank_secret_is_a_missing_one() -> None:
    assert "HANDRAIL_API_KEY is missing" in problems(ENVIRON | {"HANDRAIL_API_KEY": "  "})


def test_nobody_elses_variables_are_looked_at() -> None:
    read_settings(ENVIRON | {"PATH": "/bin", "HANDRAILS": "x", "HANDRAIL_SHARED": "/x"})


@pytest.mark.parametrize("shown", [str, repr, "{}".format, "%r".__mod__])
def test_settings_never_show_a_secret(shown: object) -> None:
    password = "fake-password"
    settings = read_settings(ENVIRON | {"HANDRAIL_STORE_URL": f"postgresql://handrail:{password}@db/handrail"})
    text = shown(settings)  # type: ignore[operator]
    assert [value for value in [*SECRETS.values(), password] if value in text] == []


def test_a_message_never_shows_a_secret() -> None:
    told = problems(SECRETS)
    assert [value for value in SECRETS.values() if value in told] == []


def test_a_secret_shows_whether_it_is_set() -> None:
    assert (str(Secret("fake")), str(Secret("")), repr(Secret("fake"))) == ("••••", "(not set)", "Secret()")
    assert (bool(Secret("fake")), bool(Secret(""))) == (True, False)


def test_settings_cannot_be_changed() -> None:
    settings: Settings = read_settings(ENVIRON)
    with pytest.raises(AttributeError):
        settings.company = "Other"  # type: ignore[misc]


def test_every_setting_has_words_for_a_person() -> None:
    assert [setting.key for setting in SETTINGS if not setting.help] == []
    assert len({setting.variable for setting in SETTINGS}) == len(SETTINGS)


def test_where_little_is_needed_the_rest_may_be_missing() -> None:
    settings = read_settings({}, needed=())
    assert settings.zendesk.subdomain == ""
    assert settings.slack.bot_token.value == ""
    assert settings.store_url == "sqlite:///var/handrail/handrail.db"


def test_what_is_needed_is_asked_for_and_what_is_wrong_is_told_all_the_same() -> None:
    with pytest.raises(ConfigurationError) as told_of:
        read_settings({"HANDRAIL_KNOWLEDGE_ABOUT": "everything"}, needed=("zendesk.email",))
    told = str(told_of.value)
    assert "2 setting(s)" in told
    assert "HANDRAIL_ZENDESK_EMAIL is missing" in told
    assert "HANDRAIL_KNOWLEDGE_ABOUT" in told


# ---------------------------------------------------------------- the secrets folder


def folder_with(folder: Path, **secrets: str) -> Path:
    """A secrets folder beside handrail.toml; the file's path."""
    (folder / "secrets").mkdir()
    for key, value in secrets.items():
        (folder / "secrets" / key.replace("__", ".")).write_text(value, encoding="utf-8")
    return written(folder, "")


def test_a_secret_may_lie_in_the_folder_beside_the_file(tmp_path: Path) -> None:
    toml = folder_with(tmp_path, zendesk__token="fake-token-of-the-folder\n")
    settings = read_settings(without("HANDRAIL_ZENDESK_TOKEN"), toml)
    assert settings.zendesk.token.value == "fake-token-of-the-folder"


def test_the_environment_comes_before_the_folder(tmp_path: Path) -> None:
    toml = folder_with(tmp_path, zendesk__token="fake-token-of-the-folder", api_key="fake-key-of-the-folder")
    other = tmp_path / "other"
    other.write_text("fake-key-of-a-file", encoding="utf-8")
    settings = read_settings(without("HANDRAIL_API_KEY") | {"HANDRAIL_API_KEY_FILE": str(other)}, toml)
    assert settings.zendesk.token.value == "fake-zendesk-token"
    assert settings.api_key.value == "fake-key-of-a-file"


def test_the_folder_may_be_another_one(tmp_path: Path) -> None:
    (tmp_path / "mounted").mkdir()
    (tmp_path / "mounted" / "api_key").write_text("fake-mounted-key", encoding="utf-8")
    toml = written(tmp_path, 'secrets_dir = "mounted"\n')
    assert read_settings(without("HANDRAIL_API_KEY"), toml).api_key.value == "fake-mounted-key"
    named = without("HANDRAIL_API_KEY") | {"HANDRAIL_SECRETS_DIR": str(tmp_path / "mounted")}
    assert read_settings(named).api_key.value == "fake-mounted-key"


def test_without_a_file_no_folder_is_looked_into(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder_with(tmp_path, api_key="fake-key-of-the-folder")
    monkeypatch.chdir(tmp_path)
    assert "HANDRAIL_API_KEY is missing" in problems(without("HANDRAIL_API_KEY"))


def test_an_empty_secret_of_the_folder_is_a_problem_and_a_missing_one_is_told_where_to_lie(tmp_path: Path) -> None:
    toml = folder_with(tmp_path, api_key=" \n")
    told = problems(without("HANDRAIL_API_KEY", "HANDRAIL_ZENDESK_TOKEN"), toml)
    assert "api_key is empty" in told
    assert "secrets/zendesk.token" in told


def test_a_link_to_a_secret_that_is_gone_is_a_problem(tmp_path: Path) -> None:
    toml = folder_with(tmp_path)
    (tmp_path / "secrets" / "openai.api_key").symlink_to(tmp_path / "gone")
    assert "openai.api_key cannot be read" in problems(ENVIRON, toml)


def test_without_a_file_it_says_where_one_comes_from_and_with_one_it_does_not(tmp_path: Path) -> None:
    file = tmp_path / "handrail.toml"
    assert "there is no handrail.toml in this folder" in problems({}, file)
    file.write_text("", encoding="utf-8")
    assert "there is no handrail.toml" not in problems({}, file)


def test_a_file_that_cannot_be_read_is_the_only_problem(tmp_path: Path) -> None:
    told = problems({}, written(tmp_path, "public_url = "))
    assert ("1 setting(s)" in told, "cannot be read" in told) == (True, True)


def test_what_a_vendor_lacks_is_asked_for_by_connect() -> None:
    told = problems(without("HANDRAIL_TWILIO_AUTH_TOKEN", "HANDRAIL_API_KEY"))
    (line,) = (line for line in told.splitlines() if "AUTH_TOKEN" in line)
    assert "`handrail connect twilio` asks for it" in line
    assert told.count("handrail connect") == 1


def test_an_address_of_the_integration_user_must_be_one() -> None:
    assert "write an e-mail address" in problems(ENVIRON | {"HANDRAIL_ZENDESK_EMAIL": "integration"})


# ---------------------------------------------------------------- typed values


def test_a_setting_is_a_value_of_its_type() -> None:
    more = {
        "HANDRAIL_PROFILE_FRESH_MINUTES": "0.5",
        "HANDRAIL_JOURNEY_ORIGINS": "https://a.example, https://b.example,",
    }
    settings = read_settings(ENVIRON | more | {"HANDRAIL_ZENDESK_APP_KEY_FILE": "app.pem"})
    assert settings.profile.fresh_minutes == timedelta(seconds=30)
    assert settings.journey.origins == ("https://a.example", "https://b.example")
    assert (settings.zendesk.app_key_file, settings.profile.mapping) == (Path("app.pem"), None)
    assert (settings.web_workers, settings.status.seconds, settings.twilio.largest_file) == (2, 60, 5)
    assert settings.profile.sql_source is FactSource.ANALYTICS
    assert settings.profile.trusted == TRUSTED


def test_who_is_trusted_most_comes_first_and_nobody_is_left_out() -> None:
    trusted = read_settings(ENVIRON | {"HANDRAIL_PROFILE_TRUSTED": "crm, billing"}).profile.trusted
    assert trusted[:2] == (FactSource.CRM, FactSource.BILLING)
    assert set(trusted) == set(FactSource)


@pytest.mark.parametrize(
    ("variable", "value", "words"),
    [
        ("HANDRAIL_PROFILE_FRESH_MINUTES", "soon", "write a number of minutes up to a day"),
        ("HANDRAIL_PROFILE_FRESH_MINUTES", "nan", "write a number of minutes up to a day"),
        ("HANDRAIL_PROFILE_FRESH_MINUTES", "1e999", "write a number of minutes up to a day"),
        ("HANDRAIL_PROFILE_FRESH_MINUTES", "1441", "write a number of minutes up to a day"),
        ("HANDRAIL_PROFILE_TRUSTED", "crm, hearsay", "there is no hearsay"),
        ("HANDRAIL_PROFILE_SQL_SOURCE", "agent", "use one of crm, billing, analytics, orders"),
        ("HANDRAIL_PROFILE_SQL_SOURCE", "gossip", "use one of crm, billing, analytics, orders"),
        ("HANDRAIL_WEB_WORKERS", "5", "use one of 1, 2, 3, 4"),
        ("HANDRAIL_STATUS_SECONDS", "9", "write a number of seconds from 10 to 9999"),
        ("HANDRAIL_STATUS_SECONDS", "often", "write a number of seconds from 10 to 9999"),
        ("HANDRAIL_ENCODER", "e5", "use one of minilm, both"),
        ("HANDRAIL_DELIVERY_NOTES", "yes", "use one of true, false"),
    ],
)
def test_what_cannot_be_made_a_value_says_what_was_expected(variable: str, value: str, words: str) -> None:
    assert f"{variable} is {value!r}: {words}" in problems(ENVIRON | {variable: value})


def test_settings_can_be_looked_at_although_something_is_wrong() -> None:
    bad = without("HANDRAIL_API_KEY") | {"HANDRAIL_WEB_WORKERS": "many", "HANDRAIL_TWILIO_ACCOUNT_SID": "AC1"}
    settings, told = examine_settings(bad)
    assert len(told) == 3
    assert (settings.api_key, settings.web_workers, settings.twilio.account_sid) == (Secret(""), 2, "")
    assert settings.zendesk.subdomain == "larkfield"
