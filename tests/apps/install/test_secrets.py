"""No secret leaves its file: not by what is said or logged, not in an error, the store, or a file others can read."""

import logging
import os
import stat
import traceback
from pathlib import Path

import pytest

from apps.bootstrap import Container
from apps.install.connecting import container_of
from apps.install.vendors import Wish
from apps.sandbox.slack.workspace import BOT_USER
from apps.secret_files import keep_secret
from core.errors import HandrailError
from tests.apps.install.admin import Admin
from tests.apps.install.breaking import Fault, wired
from tests.apps.sandbox.running import Sandbox

VENDORS = ("zendesk", "twilio", "slack")


def secrets_of(admin: Admin, sandbox: Sandbox) -> dict[str, str]:
    known = {
        path.name: path.read_text().strip() for path in (admin.folder / "secrets").iterdir() if path.name[0] != "."
    }
    return {**known, "config token": sandbox.world.settings.slack_config_token}


def leaks(text: str, secrets: dict[str, str]) -> list[str]:
    # A Twilio number and the account's id are no secrets.
    return [name for name, secret in secrets.items() if secret and secret in text]


def test_nothing_that_is_said_logged_or_kept_elsewhere_holds_a_secret(
    admin: Admin, sandbox: Sandbox, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.INFO)  # as the processes log; below that the vendors' SDKs write down whole answers
    heard, begun = "", secrets_of(admin, sandbox)
    for wish in (Wish(config_token=sandbox.world.settings.slack_config_token), Wish()):
        admin.connect(*VENDORS, wish=wish, dry_run=True)
        heard += "\n".join(admin.heard)
        admin.connect(*VENDORS, wish=wish)
        heard += "\n".join(admin.heard)
        admin.disconnect("slack", wish=wish)
        heard += "\n".join(admin.heard)
        admin.place.keep({name: secret for name, secret in begun.items() if name.startswith("slack.")})
    secrets = secrets_of(admin, sandbox)
    assert len(secrets) > 5
    assert leaks(heard, secrets) == []
    ours = "\n".join(r.getMessage() for r in caplog.records if not r.name.startswith(("werkzeug", "apps.sandbox")))
    assert leaks(ours, secrets) == []
    assert leaks("".join(capfd.readouterr()), secrets) == []
    for path in admin.folder.rglob("*"):
        if path.is_file() and path.parent.name != "secrets":
            text = path.read_bytes().decode("latin-1")
            assert leaks(text, secrets) == [], path


@pytest.mark.parametrize("fault", Fault)
@pytest.mark.parametrize("vendor", VENDORS)
def test_no_error_holds_a_secret_with_all_that_led_to_it(
    admin: Admin, sandbox: Sandbox, vendor: str, fault: Fault
) -> None:
    with wired(sandbox.url) as wire:
        for name, path in (("ZENDESK", "/zendesk"), ("TWILIO", "/twilio"), ("SLACK", "/slack/api/")):
            admin.environ[f"HANDRAIL_{name}_URL"] = wire.url + path
        wire.rewind(0, fault)
        container = container_of(admin.place.settings())
        secrets = secrets_of(admin, sandbox)
        with pytest.raises(HandrailError) as told:
            first_question(container, vendor)
    shown = (
        "".join(traceback.format_exception(told.value)) + repr(container) + repr(admin.place) + repr(container.settings)
    )
    assert leaks(shown, secrets) == []


def first_question(container: Container, vendor: str) -> None:
    if vendor == "zendesk":
        container.zendesk_installer.user()
    elif vendor == "twilio":
        container.twilio_installer.account()
    else:
        container.slack_installer.whoami()


def test_secrets_are_readable_by_their_owner_alone_whatever_the_umask(admin: Admin) -> None:
    before = os.umask(0)
    try:
        admin.place.keep({"openai.api_key": "fake-openai-key"})
    finally:
        os.umask(before)
    folder = admin.folder / "secrets"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    kept = [path for path in folder.iterdir() if path.name != ".gitignore"]
    assert {stat.S_IMODE(path.stat().st_mode) for path in kept} == {0o600}


def test_a_secret_replaces_a_link_and_never_writes_through_it(tmp_path: Path) -> None:
    elsewhere, folder = tmp_path / "elsewhere", tmp_path / "secrets"
    elsewhere.write_text("mine")
    folder.mkdir()
    (folder / "zendesk.token").symlink_to(elsewhere)
    (folder / ".gitignore").symlink_to(tmp_path / "made-by-us")
    keep_secret(folder, "zendesk.token", "fake-token")
    assert (elsewhere.read_text(), (folder / "zendesk.token").read_text()) == ("mine", "fake-token\n")
    assert not (tmp_path / "made-by-us").exists()


def test_a_place_where_the_apps_key_cannot_be_written_is_told(admin: Admin) -> None:
    (admin.folder / "zendesk_app_key.pem").mkdir()
    assert admin.connect("zendesk") == 2
    assert admin.told("zendesk_app_key.pem cannot be written")


def test_the_credentials_of_an_app_that_a_person_made_are_theirs(admin: Admin, sandbox: Sandbox) -> None:
    sandbox.world.slack.channels["C0ALERTS001"].members.remove(BOT_USER)
    admin.connect("slack")
    token = admin.secret("slack.bot_token")
    admin.disconnect("slack", wish=Wish(config_token=sandbox.world.settings.slack_config_token))
    assert (admin.secret("slack.bot_token"), BOT_USER in alerts(sandbox)) == (token, False)


def alerts(sandbox: Sandbox) -> set[str]:
    return set(sandbox.world.slack.channels["C0ALERTS001"].members)
