import pytest

from core.model.conversation import Role
from core.model.signals import UNKNOWN_LANGUAGE, Scored
from core.read.reader import read_language
from tests.core import samples

SURE = {"My thermostat is offline and does not come back": "en", "Mein Thermostat ist offline": "de"}


class Reader:
    def language(self, text: str) -> Scored:
        known = SURE.get(text)
        return samples.scored(known) if known else UNKNOWN_LANGUAGE


@pytest.mark.parametrize(("before", "language"), SURE.items())
def test_a_short_reply_keeps_the_language_of_the_conversation(before: str, language: str) -> None:
    timeline = (
        samples.message(1, text=before),
        samples.message(2, role=Role.ASSISTANT, text="?"),
        samples.message(3, text="It pulses amber"),
    )
    found = read_language(samples.case(*timeline), "It pulses amber", Reader())
    assert (found.value, found.evidence) == (language, ())


def test_many_words_in_a_language_that_nobody_knows_stay_unknown() -> None:
    words = "Nire termostatoa deskonektatuta dago eta ez da itzultzen"
    timeline = (
        samples.message(1, text="Mein Thermostat ist offline"),
        samples.message(2, role=Role.ASSISTANT, text="?"),
        samples.message(3, text=words),
    )
    assert read_language(samples.case(*timeline), words, Reader()) == UNKNOWN_LANGUAGE


def test_a_first_message_that_nobody_knows_stays_unknown() -> None:
    assert read_language(samples.case(samples.message(text="It pulses")), "It pulses", Reader()) == UNKNOWN_LANGUAGE
