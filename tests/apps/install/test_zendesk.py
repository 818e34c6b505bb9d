"""Connecting Zendesk, over HTTP with the real zenpy, to the account that the sandbox plays."""

from copy import deepcopy
from typing import Any

import pytest

from apps.install.connecting import container_of, open_book
from apps.install.plan import Entry
from apps.install.vendors import Wish
from apps.sandbox.zendesk.answers import RefusedError
from apps.sandbox.zendesk.desk import Desk
from apps.sandbox.zendesk.webhooks import add_webhook
from core.errors import ConfigurationError
from tests.apps.install.admin import DESK, Admin
from tests.apps.sandbox.running import Sandbox

TRIGGERS = Wish(triggers=True, app=False)
NO_APP = Wish(app=False)


def webhooks(sandbox: Sandbox) -> dict[str, str]:
    """name → endpoint."""
    return {each["name"]: each["endpoint"] for each in sandbox.world.zendesk.webhooks.values()}


def triggers(sandbox: Sandbox) -> list[dict[str, Any]]:
    rows = sandbox.world.zendesk.triggers.rows.values()
    return [row for row in rows if row["title"] == "Handrail: ticket changed"]


def state_of(sandbox: Sandbox) -> list[Any]:
    zendesk = sandbox.world.zendesk
    return deepcopy([zendesk.webhooks, triggers(sandbox), zendesk.apps, zendesk.installations])


def test_connecting_declares_the_webhook_installs_the_app_and_keeps_what_it_found(
    admin: Admin, sandbox: Sandbox
) -> None:
    assert admin.connect("zendesk") == 0
    (webhook,) = sandbox.world.zendesk.webhooks.values()
    assert webhook["endpoint"] == f"{DESK}/webhooks/zendesk/events"
    assert "zen:event-type:ticket.comment_added" in webhook["subscriptions"]
    assert admin.secret("zendesk.webhook_secret") == webhook["signing_secret"]["secret"]
    (installation,) = sandbox.world.zendesk.installations.values()
    assert installation["settings"]["handrail_host"] == "desk.larkfield.example"
    audience = f"https://larkfield.zendesk.com/api/v2/apps/installations/{installation['id']}.json"
    assert admin.toml["zendesk.app_audience"] == audience
    assert admin.toml["zendesk.app_id"] == str(installation["app_id"])
    assert admin.toml["zendesk.user_id"].isdigit()
    assert (admin.folder / "zendesk_app_key.pem").read_text().startswith("-----BEGIN PUBLIC KEY-----")


def test_what_connect_kept_is_enough_to_start_with(admin: Admin) -> None:
    assert admin.connect("zendesk", "twilio", "slack") == 0
    settings = admin.place.settings(None)
    assert settings.zendesk.webhook_secret.value == admin.secret("zendesk.webhook_secret")
    assert admin.told("Next: handrail sync, then handrail up")


def test_connecting_again_changes_nothing(admin: Admin, sandbox: Sandbox) -> None:
    admin.connect("zendesk")
    before, files = state_of(sandbox), admin.files()
    assert admin.connect("zendesk") == 0
    assert (state_of(sandbox), admin.files()) == (before, files)
    assert set(admin.did()) == {"kept", "Everything", "No"}


def test_a_dry_run_says_what_would_be_done_and_does_nothing(admin: Admin, sandbox: Sandbox) -> None:
    before, files = state_of(sandbox), admin.files()
    assert admin.connect("zendesk", dry_run=True) == 0
    assert (state_of(sandbox), admin.files()) == (before, files)
    assert not (admin.folder / "data").exists()
    assert admin.did()[:4] == ["create", "create", "create", "save"]
    assert admin.told(f"endpoint: {DESK}/webhooks/zendesk/events")


def test_a_dry_run_of_a_change_says_what_it_was_and_what_it_will_be(admin: Admin, sandbox: Sandbox) -> None:
    admin.connect("zendesk")
    admin.environ["HANDRAIL_PUBLIC_URL"] = "https://new.larkfield.example"
    before = state_of(sandbox)
    admin.connect("zendesk", dry_run=True)
    assert state_of(sandbox) == before
    change = f"endpoint: {DESK}/webhooks/zendesk/events → https://new.larkfield.example/webhooks/zendesk/events"
    assert admin.told(change)
    assert admin.told("handrail_host: desk.larkfield.example → new.larkfield.example")


def test_a_new_address_changes_what_is_there_and_makes_nothing_new(admin: Admin, sandbox: Sandbox) -> None:
    admin.connect("zendesk")
    secret = admin.secret("zendesk.webhook_secret")
    admin.environ["HANDRAIL_PUBLIC_URL"] = "https://new.larkfield.example"
    admin.connect("zendesk")
    assert webhooks(sandbox) == {"Handrail events": "https://new.larkfield.example/webhooks/zendesk/events"}
    assert admin.secret("zendesk.webhook_secret") == secret
    (installation,) = sandbox.world.zendesk.installations.values()
    assert installation["settings"]["handrail_host"] == "new.larkfield.example"


def test_wrong_credentials_are_said_before_anything_is_kept_or_made(admin: Admin, sandbox: Sandbox) -> None:
    (admin.folder / "secrets" / "zendesk.token").unlink()
    before, files = state_of(sandbox), admin.files()
    assert admin.connect("zendesk", talk=admin.types(zendesk__token="fake-wrong-token")) == 2
    assert (state_of(sandbox), admin.files()) == (before, files)
    assert admin.told("does not accept the credentials of integration@larkfield.example")
    assert not admin.told("fake-wrong-token")


def test_what_was_typed_is_kept_once_it_has_been_tried(admin: Admin, sandbox: Sandbox) -> None:
    token = admin.secret("zendesk.token")
    (admin.folder / "secrets" / "zendesk.token").unlink()
    assert admin.connect("zendesk", talk=admin.types(zendesk__token=token)) == 0
    assert admin.heard[0] == "? zendesk.token"
    assert admin.secret("zendesk.token") == token
    assert not admin.told(token)


def test_who_does_not_agree_to_the_plan_changes_nothing_at_zendesk(admin: Admin, sandbox: Sandbox) -> None:
    before = state_of(sandbox)
    assert admin.connect("zendesk", talk=admin.types(agrees=False)) == 2
    assert state_of(sandbox) == before


def test_an_agents_credentials_are_not_enough_and_the_missing_role_is_named(admin: Admin, sandbox: Sandbox) -> None:
    for user in sandbox.world.zendesk.users.rows.values():
        if user["email"] == "integration@larkfield.example":
            user["role"] = "agent"
    before = state_of(sandbox)
    assert admin.connect("zendesk") == 2
    assert state_of(sandbox) == before
    assert admin.told("is agent at Zendesk")
    assert admin.told("Administrator")


def test_what_is_missing_is_one_message_where_nobody_can_be_asked(admin: Admin) -> None:
    (admin.folder / "secrets" / "zendesk.token").unlink()
    admin.environ["HANDRAIL_TWILIO_SMS_NUMBER"] = "07700"
    with pytest.raises(ConfigurationError, match="2 setting") as told:
        admin.connect("zendesk", "twilio")
    assert "secrets/zendesk.token" in str(told.value)


# ---------------------------------------------------------------- a failure in the middle


def test_after_a_failure_it_goes_on_where_it_stopped(admin: Admin, sandbox: Sandbox) -> None:
    build = sandbox.world.zendesk.app_uploads
    sandbox.world.zendesk.app_uploads = Broken()
    assert admin.connect("zendesk") == 2
    assert admin.told("Stopped at: sidebar app")
    assert list(webhooks(sandbox)) == ["Handrail events"]
    sandbox.world.zendesk.app_uploads = build
    assert admin.connect("zendesk") == 0
    assert admin.did()[:4] == ["kept", "created", "created", "saved"]
    assert len(sandbox.world.zendesk.webhooks) == 1


class Broken(dict[int, bytes]):
    """Uploads that are gone when they are asked for."""

    def get(self, key: int, default: Any = None) -> Any:
        return b"no zip"


def test_what_was_made_by_a_request_whose_answer_was_lost_is_ours_all_the_same(admin: Admin, sandbox: Sandbox) -> None:
    admin.connect("zendesk", wish=NO_APP)
    with open_book(container_of(admin.place.settings()), "zendesk", dry_run=False) as book:
        assert book.find("webhook", "Handrail events") is not None
        book.put(Entry(kind="webhook", name="Handrail events"))  # as it stands between asking and the answer
    assert admin.connect("zendesk", wish=NO_APP) == 0
    assert len(sandbox.world.zendesk.webhooks) == 1
    admin.disconnect("zendesk")
    assert webhooks(sandbox) == {}


# ---------------------------------------------------------------- by trigger


def test_an_account_without_event_subscriptions_gets_a_trigger_that_leaves_us_out(
    admin: Admin, sandbox: Sandbox
) -> None:
    assert admin.connect("zendesk", wish=TRIGGERS) == 0
    assert webhooks(sandbox) == {"Handrail trigger": f"{DESK}/webhooks/zendesk/trigger"}
    (trigger,) = triggers(sandbox)
    assert trigger["actions"][0]["value"][0] == next(iter(sandbox.world.zendesk.webhooks))
    assert {"field": "role", "operator": "is_not", "value": admin.toml["zendesk.user_id"]} in trigger["conditions"][
        "all"
    ]


def test_the_trigger_calls_us_when_a_customer_writes_and_not_when_handrail_does(admin: Admin, sandbox: Sandbox) -> None:
    admin.environ["HANDRAIL_PUBLIC_URL"] = sandbox.world.settings.public_url
    admin.connect("zendesk", wish=TRIGGERS)
    desk, bot = Desk(sandbox.world.zendesk), int(admin.toml["zendesk.user_id"])
    ticket = desk.receive_email("ann@mail.example", "Hub", "My hub is red.")["id"]
    desk.agent_comment(ticket, bot, "Noted.", public=False)
    desk.receive_email("ann@mail.example", "Hub", "Still red.", in_reply_to_ticket=ticket)
    posts = sandbox.receiver.wait_for(2, "/webhooks/zendesk/trigger")
    assert [f'"ticket_id": "{ticket}"' in post.body.decode() for post in posts] == [True, True]
    assert [f'"current_user_id": "{bot}"' in post.body.decode() for post in posts] == [False, False]


def test_the_choice_of_a_trigger_is_remembered(admin: Admin, sandbox: Sandbox) -> None:
    admin.connect("zendesk", wish=TRIGGERS)
    before = state_of(sandbox)
    admin.connect("zendesk", wish=NO_APP)
    assert state_of(sandbox) == before


@pytest.mark.parametrize(("first", "then"), [(True, False), (False, True)])
def test_changing_the_way_leaves_one_webhook_so_that_nothing_comes_twice(
    admin: Admin, sandbox: Sandbox, first: bool, then: bool
) -> None:
    admin.connect("zendesk", wish=Wish(triggers=first, app=False))
    admin.connect("zendesk", wish=Wish(triggers=then, app=False))
    names = {True: "Handrail trigger", False: "Handrail events"}
    assert list(webhooks(sandbox)) == [names[then]]
    assert len(triggers(sandbox)) == int(then)
    (webhook,) = sandbox.world.zendesk.webhooks.values()
    assert admin.secret("zendesk.webhook_secret") == webhook["signing_secret"]["secret"]


# ---------------------------------------------------------------- taking back


def other_webhook(sandbox: Sandbox, name: str, endpoint: str) -> dict[str, Any]:
    asked = {
        "name": name,
        "endpoint": endpoint,
        "http_method": "POST",
        "request_format": "json",
        "status": "active",
        "subscriptions": ["zen:event-type:ticket.created"],
    }
    zendesk = sandbox.world.zendesk
    return add_webhook(zendesk, asked, next(iter(zendesk.users.rows.values())))


def test_disconnecting_takes_back_what_was_made_and_nothing_else(admin: Admin, sandbox: Sandbox) -> None:
    other_webhook(sandbox, "Somebody else's", "https://elsewhere.example")
    before, files = state_of(sandbox), admin.files()
    admin.connect("zendesk")
    assert admin.disconnect("zendesk") == 0
    assert (state_of(sandbox), admin.files()) == (before, files)


def test_disconnecting_twice_is_fine(admin: Admin) -> None:
    admin.connect("zendesk")
    admin.disconnect("zendesk")
    assert admin.disconnect("zendesk") == 0
    assert admin.told("Nothing is written down")


def test_a_dry_run_of_disconnecting_changes_nothing(admin: Admin, sandbox: Sandbox) -> None:
    admin.connect("zendesk")
    before, files = state_of(sandbox), admin.files()
    assert admin.disconnect("zendesk", dry_run=True) == 0
    assert (state_of(sandbox), admin.files()) == (before, files)
    assert admin.did()[:3] == ["remove", "remove", "remove"]


def test_a_webhook_that_was_there_before_is_set_back_and_not_deleted(admin: Admin, sandbox: Sandbox) -> None:
    theirs = other_webhook(sandbox, "Handrail events", "https://older.example/hook")
    admin.connect("zendesk", wish=NO_APP)
    assert theirs["endpoint"] == f"{DESK}/webhooks/zendesk/events"
    admin.disconnect("zendesk")
    assert webhooks(sandbox) == {"Handrail events": "https://older.example/hook"}
    assert theirs["subscriptions"] == ["zen:event-type:ticket.created"]


def test_what_somebody_changed_since_is_left_alone(admin: Admin, sandbox: Sandbox) -> None:
    theirs = other_webhook(sandbox, "Handrail events", "https://older.example/hook")
    admin.connect("zendesk", wish=NO_APP)
    theirs["endpoint"] = "https://newest.example/hook"
    admin.disconnect("zendesk")
    assert theirs["endpoint"] == "https://newest.example/hook"
    assert admin.told("somebody changed it since")


def test_what_is_gone_already_does_not_stop_the_rest(admin: Admin, sandbox: Sandbox) -> None:
    admin.connect("zendesk")
    sandbox.world.zendesk.webhooks.clear()
    assert admin.disconnect("zendesk") == 0
    assert state_of(sandbox) == [{}, [], {}, {}]


def test_without_what_was_written_down_nothing_is_deleted(admin: Admin, sandbox: Sandbox) -> None:
    admin.connect("zendesk")
    admin.lose_the_store()
    before = state_of(sandbox)
    assert admin.disconnect("zendesk") == 0
    assert state_of(sandbox) == before


def test_forgetting_deletes_the_token_too(admin: Admin) -> None:
    admin.connect("zendesk")
    admin.disconnect("zendesk", forget=True)
    assert (admin.secret("zendesk.token"), admin.secret("zendesk.webhook_secret")) == ("", "")
    assert admin.secret("twilio.auth_token")


# ---------------------------------------------------------------- the app


def test_an_app_that_the_admin_uploaded_is_the_admins(admin: Admin, sandbox: Sandbox) -> None:
    admin.connect("zendesk")
    admin.lose_the_store()
    before = dict(sandbox.world.zendesk.apps)
    (admin.folder / "zendesk_app_key.pem").unlink()
    admin.place.forget(["zendesk.app_key_file"])
    assert admin.connect("zendesk") == 0
    assert sandbox.world.zendesk.apps == before
    assert (admin.folder / "zendesk_app_key.pem").read_text().startswith("-----BEGIN")
    assert admin.told("handrail app package")


def test_a_variable_that_comes_before_what_was_kept_is_told(admin: Admin) -> None:
    admin.environ["HANDRAIL_ZENDESK_WEBHOOK_SECRET"] = "fake-stale-secret"
    admin.connect("zendesk", wish=NO_APP)
    assert admin.told("HANDRAIL_ZENDESK_WEBHOOK_SECRET is set in the environment")
    assert not admin.told("fake-stale-secret")


def test_a_file_that_says_something_else_than_what_was_kept_is_told(admin: Admin) -> None:
    other = admin.folder / "mounted"
    other.write_text("fake-stale-secret", encoding="utf-8")
    admin.environ["HANDRAIL_ZENDESK_WEBHOOK_SECRET_FILE"] = str(other)
    admin.connect("zendesk", wish=NO_APP)
    assert admin.told("HANDRAIL_ZENDESK_WEBHOOK_SECRET_FILE is set in the environment")
    other.write_text(admin.secret("zendesk.webhook_secret"), encoding="utf-8")
    admin.connect("zendesk", wish=NO_APP)
    assert not admin.told("is set in the environment")


def test_a_folder_that_cannot_be_written_is_told_with_what_to_do(admin: Admin, sandbox: Sandbox) -> None:
    (admin.folder / "taken").write_text("no folder", encoding="utf-8")
    admin.environ |= {
        "HANDRAIL_SECRETS_DIR": str(admin.folder / "taken"),
        "HANDRAIL_ZENDESK_TOKEN": sandbox.world.settings.zendesk_token,
    }
    assert admin.connect("zendesk", wish=NO_APP) == 2
    assert admin.told("set secrets_dir to a folder that can be written")


def test_an_account_that_allows_no_private_apps_is_told_how_to_go_on(admin: Admin, sandbox: Sandbox) -> None:
    refusal = {"error": "Forbidden"}

    class Closed(dict[int, bytes]):
        def __setitem__(self, key: int, value: bytes) -> None:
            raise RefusedError(403, refusal)

    sandbox.world.zendesk.app_uploads = Closed()
    assert admin.connect("zendesk") == 2
    assert admin.told("--no-app goes on without")
    assert admin.connect("zendesk", wish=NO_APP) == 0


def test_a_group_of_the_policy_that_the_account_does_not_have_is_a_persons_work(admin: Admin) -> None:
    policy = admin.folder / "policy.yaml"
    policy.write_text(policy.read_text(encoding="utf-8").replace("Customer care", "Support"), encoding="utf-8")
    assert admin.connect("zendesk", dry_run=True) == 0
    assert admin.told("name a group of yours in policy.yaml in place of “Support”")
    assert admin.told("yours are Customer care")
