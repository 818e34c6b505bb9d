import pytest

from core.model.customer import Channel
from core.read.turn_input import opening
from tests.core import samples


def subject(line: str, *, text: str = "See above", channel: Channel = Channel.EMAIL) -> str:
    mail = samples.message(channel=channel, text=text)
    return opening(samples.case(mail, conversation=samples.conversation(subject=line)))


def test_a_telling_subject_counts_without_its_prefixes() -> None:
    assert subject("RE: Fwd: Doorbell offline") == "Doorbell offline"


@pytest.mark.parametrize(
    "line", ["Help", "Question", "Frage", "", "(no subject)", "SMS from +44 7700 900123", "hello!"]
)
def test_a_subject_that_says_nothing_does_not(line: str) -> None:
    assert subject(line) == ""


def test_a_subject_that_repeats_the_text_does_not() -> None:
    assert subject("Doorbell offline", text="My doorbell offline since Monday") == ""


def test_a_text_message_has_no_subject() -> None:
    assert subject("Doorbell offline", channel=Channel.SMS) == ""
