import pytest

from core.model.customer import Channel
from core.sense.leaving import keyword
from tests.core import samples


@pytest.mark.parametrize("word", ["STOP", "stop.", " Stop ", "UNSUBSCRIBE", "Cancel", "END", "ARRET", "Stopp", "BAJA"])
def test_the_word_alone_on_a_phone_channel_is_an_opt_out(word: str) -> None:
    found = keyword(samples.message(channel=Channel.SMS, text=word))
    assert found is not None
    assert found.evidence[0].words == word.strip()


@pytest.mark.parametrize("text", ["Please stop my order", "cancel order 12", "the end", "Stop! Where is my parcel?"])
def test_the_word_in_a_sentence_is_not(text: str) -> None:
    assert keyword(samples.message(channel=Channel.SMS, text=text)) is None


def test_by_e_mail_cancel_is_no_carrier_word() -> None:
    assert keyword(samples.message(channel=Channel.EMAIL, text="cancel")) is None


def test_no_message_is_no_opt_out() -> None:
    assert keyword(None) is None
