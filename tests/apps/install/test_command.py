"""The commands as a terminal sees them."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from apps.install.plan import Kind, Step
from apps.install.talk import Talk
from tests.apps.install.admin import Admin
from tests.apps.sandbox.running import Sandbox
from tests.terminal import at_a_terminal

PATIENCE = 60.0


def environ(admin: Admin) -> dict[str, str]:
    bare = {name: value for name, value in os.environ.items() if not name.startswith(("HANDRAIL_", "SLACK_"))}
    root = str(Path(__file__).parents[3])
    return bare | dict(admin.place.environ) | {"PYTHONPATH": root, "NO_PROXY": "127.0.0.1"}


def handrail(admin: Admin, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    """The command in the admin's folder, where nobody can be asked."""
    return subprocess.run(
        [sys.executable, "-m", "apps.cli", *arguments],
        cwd=admin.folder,
        env=environ(admin) | more,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )


def test_a_secret_is_asked_for_without_showing_it_then_tried_and_kept(admin: Admin, sandbox: Sandbox) -> None:
    admin.place.forget(["twilio.auth_token"])
    token = sandbox.world.settings.twilio_auth_token
    sandbox.world.twilio.senders["+15005550006"].sms_url = "https://old.example/sms"
    asked = [("twilio.auth_token", token), ("Do this now?", "y")]
    code, shown = at_a_terminal(admin.folder, environ(admin), ["connect", "twilio"], asked)
    assert code == 0, shown
    assert token not in shown
    assert "https://old.example/sms → " in shown
    assert admin.secret("twilio.auth_token") == token
    assert (admin.folder / "secrets" / "twilio.auth_token").stat().st_mode & 0o777 == 0o600


def test_init_asks_what_is_missing_until_it_can_be_right(admin: Admin) -> None:
    asked = [
        ("public_url", "desk.example.com"),
        ("That cannot be it", "https://desk.example.com"),
        ("zendesk.email", "bot@larkfield.example"),
        ("approver", "priya.nair@larkfield.example"),
    ]
    arguments = ["init", "--folder", "new", "--company", "Larkfield", "--subdomain", "larkfield"]
    code, shown = at_a_terminal(admin.folder, environ(admin), arguments, asked)
    assert code == 0, shown
    assert 'public_url = "https://desk.example.com"' in (admin.folder / "new" / "handrail.toml").read_text()


def test_without_a_vendor_all_three_are_connected_and_one_that_fails_holds_up_no_other(admin: Admin) -> None:
    admin.environ["HANDRAIL_TWILIO_AUTH_TOKEN"] = "fake-wrong-token"
    assert admin.connect("zendesk", "twilio", "slack") == 2
    assert admin.told("Zendesk: larkfield.zendesk.com")
    assert admin.told("Slack: workspace “Larkfield”")
    assert admin.heard[-1] == "Not finished: twilio. Do it again with: handrail connect twilio"
    assert not admin.told("fake-wrong-token")


def test_the_manifest_is_printed_with_the_public_address_and_nothing_else(admin: Admin) -> None:
    printed = handrail(admin, "connect", "slack", "--manifest")
    assert (printed.returncode, printed.stderr) == (0, "")
    assert "request_url: https://desk.larkfield.example/slack/events" in printed.stdout


@pytest.mark.parametrize("vendor", ["zendesk", "twilio", "slack"])
def test_disconnecting_what_was_never_connected_is_fine(admin: Admin, vendor: str) -> None:
    assert admin.disconnect(vendor) == 0
    assert admin.told("Nothing is written down")


def test_who_is_sure_is_not_asked() -> None:
    change = Step(kind=Kind.CREATE, what="webhook")
    assert Talk(asks=True, sure=True).ask_to_agree([change])
    assert Talk(asks=False).ask_to_agree([change])
    assert Talk(asks=True).ask_to_agree([Step(kind=Kind.KEEP, what="webhook"), Step(kind=Kind.PERSON, what="channel")])
