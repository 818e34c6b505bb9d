"""What the doctor sees of the number that customers call, each fault brought about at the stand-in itself."""

from pathlib import Path

import pytest

from apps.bootstrap import enacter, now
from apps.doctor.lines import State
from apps.policy_file import read_text
from apps.sandbox.twilio.account import SMS_NUMBER
from apps.sandbox.twilio.records import Sender
from connectors.sql.store import SqlStore
from tests.apps.doctor.ward import Ward
from webhooks.twilio import RETRIES


@pytest.fixture
def number(here: Ward) -> Sender:
    """Connected as it should be."""
    here.environ["HANDRAIL_TWILIO_VOICE_NUMBER"] = SMS_NUMBER
    found = here.sandbox.world.twilio.senders[SMS_NUMBER]
    voice = f"{here.installation().public_url}/webhooks/twilio/voice"
    found.voice_url = found.voice_fallback_url = voice + RETRIES
    found.status_callback = f"{voice}/status{RETRIES}"
    return found


def test_all_is_well_when_calls_lead_here_and_every_team_has_a_telephone(here: Ward, number: Sender) -> None:
    assert here.faults("twilio", "calls") == []


def test_a_number_that_was_connected_before_there_were_retries_is_a_warning(here: Ward, number: Sender) -> None:
    number.voice_url, number.voice_fallback_url = number.voice_url.partition("#")[0], ""
    ((state, found),) = here.faults("twilio", "calls")
    assert (state, found.endswith("does not try again: voice_url, voice_fallback_url")) == (State.WARNING, True)
    texts = here.sandbox.world.twilio.senders[SMS_NUMBER]
    texts.sms_url = texts.sms_url.partition("#")[0]
    ((state, found),) = here.faults("twilio", "number")
    assert (state, found.endswith("does not try again: sms_url")) == (State.WARNING, True)


def test_calls_that_lead_elsewhere_are_failing(here: Ward, number: Sender) -> None:
    number.voice_url = "https://old.example/ivr"
    assert here.faults("twilio", "calls") == [(State.FAILING, f"calls to {SMS_NUMBER} go to https://old.example/ivr")]


def test_an_application_that_takes_the_calls_is_failing(here: Ward, number: Sender) -> None:
    number.voice_application_sid = "APold"
    ((state, found),) = here.faults("twilio", "calls")
    assert (state, "APold" in found) == (State.FAILING, True)


def test_a_call_whose_end_nobody_hears_of_is_failing(here: Ward, number: Sender) -> None:
    number.status_callback = "https://old.example/calls"
    assert here.faults("twilio", "calls") == [(State.FAILING, f"nobody is told when a call to {SMS_NUMBER} is over")]


def test_a_number_that_is_not_the_accounts_is_failing(here: Ward, number: Sender) -> None:
    ((state, found),) = here.faults("twilio", "calls", HANDRAIL_TWILIO_VOICE_NUMBER="+15005550099")
    assert (state, "+15005550099" in found) == (State.FAILING, True)


def test_without_a_number_for_calls_there_is_nothing_to_look_at(here: Ward) -> None:
    ((state, _),) = here.faults("twilio", "calls", HANDRAIL_TWILIO_VOICE_NUMBER="")
    assert state is State.SKIPPED


BILLING = '    Billing: "+442079460102"\n'
FIRST = '    Customer care: "+442079460101"\n'
GREETING = "  - call                       # the fixed words of a call: greeting, please wait, putting through\n"


@pytest.mark.parametrize(
    ("without", "state", "words"),
    [
        ([BILLING], State.WARNING, "put through to Billing"),
        ([FIRST, GREETING], State.FAILING, "nobody takes calls"),
    ],
)
def test_whom_a_call_reaches_is_read_from_the_policy_in_force(
    here: Ward, number: Sender, store: SqlStore, without: list[str], state: State, words: str
) -> None:
    text = read_text(Path("apps/demo/policy.yaml"))
    for line in without:
        assert line in text
        text = text.replace(line, "")
    enacter(store, now).apply(text, by="Priya Nair")
    ((found, said),) = here.faults("twilio", "calls")
    assert (found, words in said) == (state, True)
