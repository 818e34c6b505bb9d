from datetime import timedelta
from typing import Any

import pytest

from core.context.reader import Worded, classify_message
from core.model.conversation import Message, MessageKind, Role
from core.model.customer import Channel
from core.model.event_payloads import MessageReceived
from core.text.reply import yes_or_no
from tests.core import people, samples
from tests.core.people import NOW

QUESTION = "twilio:SM" + "1" * 32


def said(text: str, channel: Channel = Channel.WHATSAPP, **more: Any) -> MessageReceived:
    return samples.incoming(text, channel=channel, **more)


def ours(text: str, ref: str = QUESTION, minutes: int = 1) -> Message:
    return samples.message(
        role=Role.ASSISTANT, text=text, vendor_ref=ref, at=NOW - timedelta(minutes=minutes), channel=Channel.WHATSAPP
    )


def english() -> str:
    return "en"


def reaction(sign: str, *timeline: Message, quotes: str = QUESTION, language: str = "en") -> Worded:
    return classify_message(
        said(sign, kind=MessageKind.REACTION, quotes=quotes), people.customer(), timeline, lambda: language
    )


@pytest.mark.parametrize(("sign", "words"), [("👍", "Yes 👍"), ("👍🏽", "Yes 👍🏽"), ("❤️", "Yes ❤️"), ("👎", "No 👎")])
def test_a_sign_under_our_question_is_the_answer(sign: str, words: str) -> None:
    found = reaction(sign, ours("Is the light on?"))
    assert (found.role, found.text, found.kind) == (Role.CUSTOMER, words, MessageKind.WORDS)
    assert found.quotes == QUESTION


@pytest.mark.parametrize(
    ("language", "yes", "no"),
    [
        ("en", "Yes", "No"),
        ("de", "Ja", "Nein"),
        ("es", "Sí", "No"),
        ("fr", "Oui", "Non"),
        ("pt", "Sim", "Não"),
        ("ja", "はい", "いいえ"),
        ("unknown", "Yes", "No"),
    ],
)
def test_it_is_worded_in_the_language_of_the_question_and_understood_in_it(language: str, yes: str, no: str) -> None:
    for sign, words, meant in (("👍", yes, "yes"), ("👎", no, "no")):
        found = reaction(sign, ours("…?"), language=language)
        assert found.text == f"{words} {sign}"
        assert yes_or_no(found.text) == meant


@pytest.mark.parametrize(
    ("sign", "timeline"),
    [
        ("👍", (ours("It is on its way."),)),
        ("😂", (ours("Is the light on?"),)),
        ("👍", (ours("Is the light on?", minutes=5), ours("Never mind.", ref="twilio:SM2"))),
        ("👍", (samples.message(text="Is it?", vendor_ref=QUESTION),)),
        ("👍", ()),
    ],
    ids=["no question", "no answer", "not the last word", "their own message", "unknown message"],
)
def test_any_other_sign_is_noted_and_is_no_turn(sign: str, timeline: tuple[Message, ...]) -> None:
    found = reaction(sign, *timeline)
    assert (found.role, found.kind) == (Role.SYSTEM, MessageKind.REACTION)
    assert found.text.startswith(f"Reacted {sign}")


def test_a_reaction_that_is_taken_back_says_so() -> None:
    assert reaction("", ours("Is the light on?")).text == "Took a reaction back"


def test_words_stay_what_they_are_and_keep_what_they_reply_to() -> None:
    found = classify_message(said("this one", quotes=QUESTION), people.customer(), (), english)
    assert found == Worded(role=Role.CUSTOMER, text="this one", kind=MessageKind.WORDS, quotes=QUESTION)


def test_what_the_vendor_took_as_a_keyword_is_marked() -> None:
    assert classify_message(said("PARAR", opt_out="STOP"), people.customer(), (), english).kind is MessageKind.STOP
    assert classify_message(said("help", channel=Channel.SMS), people.customer(), (), english).kind is MessageKind.HELP
