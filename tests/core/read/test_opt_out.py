import pytest

from core.calendar.appointment_words import LINES
from core.model.conversation import CaseContext, MessageKind, Role
from core.model.customer import CHATTED, Channel
from core.read.opt_out import IN_WORDS, keyword, only_that
from core.read.rule import fire_rules
from tests.core import samples


def says(text: str, channel: Channel = Channel.SMS) -> CaseContext:
    return samples.case(samples.message(channel=channel, text=text))


@pytest.mark.parametrize("word", ["STOP", "stop.", " Stop ", "UNSUBSCRIBE", "Cancel", "END", "ARRET", "Stopp", "BAJA"])
def test_the_word_alone_on_a_phone_channel_is_an_opt_out(word: str) -> None:
    found = keyword(says(word))
    assert found is not None
    assert found.evidence[0].words == word.strip()


@pytest.mark.parametrize("text", ["Please stop my order", "cancel order 12", "the end", "Stop! Where is my parcel?"])
def test_the_word_in_a_sentence_is_not(text: str) -> None:
    assert keyword(says(text)) is None


def test_by_e_mail_cancel_is_no_carrier_word() -> None:
    assert keyword(says("cancel", Channel.EMAIL)) is None


def test_no_message_is_no_opt_out() -> None:
    assert keyword(samples.case(samples.message(role=Role.ASSISTANT))) is None


OFF_SMS = sorted({*CHATTED, Channel.WHATSAPP})
EVERYDAY = ["Cancel", "end", "QUIT", "pare", "alto", "Baja.", "Cancelar"]


def answers(
    text: str,
    channel: Channel,
    *,
    ours: str = "Shall I move it?",
    kind: str = "",
    told: str = "",
    by: str = "assistant",
) -> CaseContext:
    """The customer's word after a sentence of ours; `told` is what the vendor took it for."""
    return samples.case(
        samples.message(1, channel=channel, role=Role(by), text=ours, kind=MessageKind(kind)),
        samples.message(2, channel=channel, text=text, kind=MessageKind(told)),
        offered=("Pare", "Cancel"),
    )


@pytest.mark.parametrize("channel", OFF_SMS)
@pytest.mark.parametrize("word", EVERYDAY)
def test_an_everyday_word_that_answers_our_question_is_an_answer(word: str, channel: Channel) -> None:
    assert keyword(answers(word, channel)) is None
    assert keyword(says(word, channel)) is not None


@pytest.mark.parametrize("channel", OFF_SMS)
def test_an_answer_that_was_offered_is_an_answer_and_any_other_everyday_word_is_not(channel: Channel) -> None:
    assert keyword(answers("cancel", channel, ours="Tap one of these:")) is None
    assert keyword(answers("end", channel, ours="Tap one of these:")) is not None
    assert keyword(answers("cancel", channel, ours="I look into it.", by="agent")) is not None


@pytest.mark.parametrize("channel", [*OFF_SMS, Channel.SMS])
@pytest.mark.parametrize("word", ["Stop", "STOPP", "unsubscribe", "opt out", "arrêt", "停止"])
def test_a_plain_stop_is_one_whatever_was_asked(word: str, channel: Channel) -> None:
    assert keyword(answers(word, channel)) is not None


def test_what_carriers_take_for_an_order_is_one_whatever_was_asked() -> None:
    assert keyword(answers("CANCEL", Channel.SMS)) is not None
    assert keyword(answers("cancel", Channel.WHATSAPP, told="stop")) is not None


def test_a_word_to_what_we_wrote_first_is_no_answer() -> None:
    assert keyword(answers("end", Channel.WHATSAPP, ours="Shall we show you more?", kind="outreach")) is not None


@pytest.mark.parametrize("language", LINES)
def test_no_answer_about_an_appointment_is_a_word_that_ends_all_messages(language: str) -> None:
    lines = LINES[language]
    labels = (lines.none_fits, lines.move, lines.cancel, lines.keep, lines.yes, lines.no)
    asked = " ".join((lines.existing, lines.confirm, lines.confirm_move, lines.confirm_cancel))
    for said in (*labels, *" ".join((*labels, asked)).split()):
        assert keyword(says(said)) is None, said
        assert not fire_rules((IN_WORDS,), said)


def wish(text: str) -> bool:
    (found,) = fire_rules((IN_WORDS,), text)
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
