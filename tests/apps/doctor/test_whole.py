import json
import time

import pytest

from apps.doctor.examine import CHECKS, Check, choose, examine, look
from apps.doctor.installation import Installation
from apps.doctor.lines import State, ok
from core.errors import ConfigurationError
from tests.apps.doctor.ward import Ward

VENDORS = ("zendesk", "twilio", "slack")


def test_where_everything_is_set_up_only_what_is_not_there_is_told(here: Ward) -> None:
    lines = examine(here.installation(), CHECKS, 60)
    wrong = {f"{line.section} {line.check}": line.seen for line in lines if line.seen.state is not State.OK}
    assert {name: seen.state for name, seen in wrong.items()} == {
        "machine workers": State.FAILING,
        "machine backup": State.WARNING,
        "machine retention": State.SKIPPED,
        "machine reconciliation": State.SKIPPED,
        "address certificate": State.SKIPPED,
        "address proxies": State.SKIPPED,
        "zendesk articles": State.WARNING,
        "zendesk groups": State.FAILING,
        "twilio calls": State.SKIPPED,
        "twilio templates": State.WARNING,
        "messaging integration": State.SKIPPED,
        "messaging webhook secret": State.SKIPPED,
        "model role": State.SKIPPED,
        "search own encoder": State.SKIPPED,
        "search reranker": State.SKIPPED,
        "slack socket": State.SKIPPED,
        "slack workspaces": State.SKIPPED,
    }, wrong


READING = {"/slack/api/auth.test", "/slack/api/conversations.list"}  # Slack is asked by POST


def test_looking_changes_nothing_at_the_vendors_nor_here(here: Ward) -> None:
    recorder = here.sandbox.world.recorder
    before = max(each.number for each in recorder.exchanges())
    with here.installation().container.store.read() as unit:
        events = unit.events.counts()
    examine(here.installation(), CHECKS, 60)
    asked = [each for each in recorder.exchanges(after=before) if each.method != "GET"]
    assert {each.path for each in asked} - READING == {"/zendesk/api/v2/webhooks/test"}
    with here.installation().container.store.read() as unit:
        assert unit.events.counts() == events


@pytest.mark.parametrize("vendor", VENDORS)
def test_a_vendor_that_is_down_fails_its_own_checks_with_a_fix(here: Ward, vendor: str) -> None:
    here.sandbox.world.faults.set(vendor, error_5xx=1000)
    names = {"zendesk": "access", "twilio": "account", "slack": "token"}
    (seen,) = here.see(vendor, names[vendor])
    assert seen.state is State.FAILING
    assert "status page" in seen.fix


@pytest.mark.parametrize("vendor", VENDORS)
def test_credentials_that_the_vendor_does_not_know_are_told_as_such(here: Ward, vendor: str) -> None:
    names = {
        "zendesk": ("access", "HANDRAIL_ZENDESK_TOKEN"),
        "twilio": ("account", "HANDRAIL_TWILIO_AUTH_TOKEN"),
        "slack": ("token", "HANDRAIL_SLACK_BOT_TOKEN"),
    }
    check, variable = names[vendor]
    (seen,) = here.see(vendor, check, **{variable: "xoxb-fake-and-wrong"})
    assert seen.state is State.FAILING
    assert "credentials" in seen.fix
    assert "xoxb-fake-and-wrong" not in seen.found


@pytest.mark.parametrize("check", [check for check in CHECKS if check.needs], ids=lambda check: check.name)
def test_a_check_whose_settings_are_missing_is_skipped_and_names_them(here: Ward, check: Check) -> None:
    missing = check.needs[-1]
    variable = f"HANDRAIL_{missing.replace('.', '_').upper()}"
    (seen,) = look(check, here.installation(**{variable: ""}))
    # What is optional is not set up at all here: then its other settings are named too.
    assert seen.state is State.SKIPPED
    assert seen.found.startswith("not set: ")
    assert variable in seen.found.removeprefix("not set: ").split(", ")


def slow(installation: Installation) -> object:
    time.sleep(5)
    yield ok("too late")


def test_a_check_that_hangs_does_not_keep_the_others_from_being_told(here: Ward) -> None:
    hanging = Check(section="machine", name="hanging", look=slow)  # type: ignore[arg-type]
    quick = Check(section="machine", name="quick", look=lambda installation: iter([ok("here")]))
    started = time.monotonic()
    found = [line.seen for line in examine(here.installation(), [hanging, quick], 0.3)]
    assert [seen.state for seen in found] == [State.FAILING, State.OK]
    assert "no answer within" in found[0].found
    assert time.monotonic() - started < 3


def test_a_check_that_breaks_is_a_line_like_any_other(here: Ward) -> None:
    def broken(installation: Installation) -> object:
        yield ok(json.loads("{")["never"])

    (seen,) = look(Check(section="machine", name="broken", look=broken), here.installation())  # type: ignore[arg-type]
    assert (seen.state, "report" in seen.fix) == (State.FAILING, True)


def test_sections_and_checks_can_be_chosen_and_a_wrong_name_lists_them() -> None:
    assert {check.section for check in choose(["zendesk"])} == {"zendesk"}
    assert [check.name for check in choose(["clock", "queue"])] == ["queue", "clock"]
    with pytest.raises(ConfigurationError, match=r"'moon'.*zendesk.*clock"):
        choose(["moon"])
