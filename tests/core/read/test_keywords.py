import pytest

from core.model.conversation import MessageKind
from core.model.customer import Channel
from core.read.opt_out import IN_WORDS, keyword_of, only_that, opens_again
from core.read.rule import fire_rules


@pytest.mark.parametrize(
    "word", ["STOP", " stop ", "Unsubscribe", "quit", "OPTOUT", "cancel", "end", "REVOKE", "stopall"]
)
def test_a_word_that_twilio_takes_for_a_stop_is_one(word: str) -> None:
    assert keyword_of(word, Channel.SMS, "", stopped=False) is MessageKind.STOP


@pytest.mark.parametrize(
    ("word", "kind"), [("START", MessageKind.START), ("HELP", MessageKind.HELP), ("info", MessageKind.HELP)]
)
def test_start_and_help_are_known(word: str, kind: MessageKind) -> None:
    assert keyword_of(word, Channel.SMS, "", stopped=False) is kind


def test_yes_opens_again_only_for_whoever_had_stopped() -> None:
    assert keyword_of("yes", Channel.SMS, "", stopped=True) is MessageKind.START
    assert keyword_of("yes", Channel.SMS, "", stopped=False) is MessageKind.WORDS


def test_a_word_of_the_companys_own_is_known_by_what_twilio_says_of_it() -> None:
    assert keyword_of("PARAR", Channel.SMS, "STOP", stopped=False) is MessageKind.STOP
    assert keyword_of("PARAR", Channel.WHATSAPP, "STOP", stopped=False) is MessageKind.STOP
    assert keyword_of("PARAR", Channel.SMS, "SOMETHING", stopped=False) is MessageKind.WORDS


@pytest.mark.parametrize("text", ["stop", "start", "help"])
def test_on_whatsapp_nobody_answers_a_keyword_but_us(text: str) -> None:
    assert keyword_of(text, Channel.WHATSAPP, "", stopped=True) is MessageKind.WORDS


@pytest.mark.parametrize("text", ["please stop the washing", "I want to cancel my order", "help me", "yes please"])
def test_a_sentence_is_no_keyword(text: str) -> None:
    assert keyword_of(text, Channel.SMS, "", stopped=True) is MessageKind.WORDS


def test_start_alone_undoes_a_stop() -> None:
    assert opens_again(" Start ")
    assert not opens_again("start the machine")


@pytest.mark.parametrize(
    "text",
    [
        "Please stop texting me",
        "Bitte keine SMS mehr schicken",
        "No quiero recibir más mensajes",
        "Je ne veux plus recevoir de messages",
        "por favor não me enviem mais mensagens",
        "Não quero receber mensagens",
        "parem de enviar sms",
        "メッセージを送らないでください",
        "配信を停止してください",
    ],
)
def test_an_opt_out_is_heard_in_the_six_languages(text: str) -> None:
    (found,) = fire_rules((IN_WORDS,), text)
    assert found.value == "opt_out"
    assert only_that(text, found.evidence)


@pytest.mark.parametrize(
    "text",
    ["Quero cancelar a minha encomenda", "cancelar a minha subscrição", "Não recebi mensagens", "メールが届かない"],
)
def test_what_only_sounds_like_one_is_none(text: str) -> None:
    assert fire_rules((IN_WORDS,), text) == ()
