import pytest

from core.model.customer import Channel
from core.sense.leaving import IN_WORDS, keyword, only_that
from core.sense.rule import fired
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


def wish(text: str) -> bool:
    (found,) = fired((IN_WORDS,), text)
    return only_that(text, found.evidence)


@pytest.mark.parametrize(
    "text",
    [
        "Please stop sending me offers",
        "stop texting me on this number, I am fed up!",
        "I don't want texts from you anymore. Thanks.",
        "take me off your list",
        "Bitte keine SMS mehr",
        "no quiero recibir más mensajes, por favor",
        "arrêtez de m'envoyer des messages",
    ],
)
def test_a_wish_for_no_more_messages_and_nothing_else_is_one(text: str) -> None:
    assert wish(text)


@pytest.mark.parametrize(
    "text",
    [
        "Stop messaging me with the same answer and let me talk to a person",
        "Please don't contact me by phone, email me. Where is my order?",
        "Do not write to me in German please. When does my order come?",
        "Do not write to me in German please.",
        "Please stop sending me offers. I need my refund.",
        "stop texting me before noon",
        "Stop texting me, cancel my order",
    ],
)
def test_a_wish_with_a_limit_or_with_something_else_is_not(text: str) -> None:
    assert not wish(text)
