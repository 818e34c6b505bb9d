from dataclasses import replace

import pytest

from core.answer.question import Question, asked_apart, question, question_of
from core.model.conversation import Role
from core.model.customer import Channel
from core.model.signals import Evidence
from tests.core import samples
from tests.core.answer import shop


def parts(text: str) -> tuple[str, ...]:
    return question(shop.asks(text), samples.signals()).parts


def mailed(subject: str, text: str) -> Question:
    case = samples.case(samples.message(text=text, channel=Channel.EMAIL))
    return question(replace(case, conversation=replace(case.conversation, subject=subject)), samples.signals())


@pytest.mark.parametrize(
    "text",
    [
        "Where is my order",
        "My parcel has not come, where is it?",
        "Do you ship to Norway?",
        "Wo ist meine Bestellung?",
        "Wo bleibt das Paket?",
        "¿Dónde está mi pedido?",
        "Où est l’appareil photo ?",
    ],
)
def test_a_text_that_says_what_it_is_about_is_asked_without_the_subject(text: str) -> None:
    asked = mailed("Thermostat", text)
    assert (asked.text, asked.parts, asked.subject) == (text, (text,), "Thermostat")
    assert "Thermostat" in asked.turns


@pytest.mark.parametrize(
    "text",
    [
        "What can I do?",
        "It does not turn on any more",
        "How do I do that?",
        "Any news?",
        "The device is broken",
        "Er geht nicht mehr an, was nun?",
        "Wie lange gilt das?",
        "Gibt es eine Antwort?",
        "¿Qué puedo hacer?",
        "Un problema",
        "Ça ne marche plus",
    ],
)
def test_a_text_that_does_not_is_asked_with_it(text: str) -> None:
    asked = mailed("Thermostat", text)
    assert (asked.text, asked.subject) == (f"Thermostat\n{text}", "")


def test_greetings_and_thanks_are_not_asked() -> None:
    assert parts("Hi there,\nhow do I reset the hub?\nThanks a lot!\nEmma") == ("how do I reset the hub?",)


def test_two_questions_are_two_parts() -> None:
    text = "How do I cancel Plus? And where do I find my invoices?"
    assert parts(text) == ("How do I cancel Plus?", "And where do I find my invoices?")


def test_the_wish_for_a_person_is_no_question_beside_what_they_want_the_person_for() -> None:
    wish = samples.signals(risks=(samples.risk("human_request", "I want to talk to a person"),))
    asked = question(shop.asks("The plan still shows as active, I want to talk to a person"), wish)
    assert asked.text == "The plan still shows as active,"
    assert question(shop.asks("I want to talk to a person"), wish).text == "I want to talk to a person"


def test_a_question_put_twice_is_one() -> None:
    assert len(parts("How do I cancel Plus? Please help. How do I  cancel plus?")) == 1
    text = "How do I cancel Plus? Where do I find my invoices? How do I cancel Plus?"
    assert parts(text) == ("How do I cancel Plus?", "Where do I find my invoices?")


def test_a_story_with_one_question_is_one_part() -> None:
    text = "My thermostat shows E14. The light is off. What should I do?"
    assert parts(text) == ("My thermostat shows E14.\nThe light is off.\nWhat should I do?",)


def test_a_list_of_many_questions_is_taken_as_a_whole() -> None:
    text = " ".join(f"How does feature number {name} work?" for name in ("alpha", "beta", "gamma", "delta"))
    assert len(parts(text)) == 1


def test_what_was_said_before_is_history() -> None:
    case = shop.asks("And with PayPal?", shop.said(1, "Where is my refund?"), shop.said(2, "Coming", Role.AGENT))
    assert question(case, samples.signals()).history == "Where is my refund?"


def test_thanks_alone_asks_nothing() -> None:
    assert question(shop.asks("Thank you!"), samples.signals()).empty


def test_everything_said_is_there_for_names_to_be_found_in() -> None:
    case = shop.asks("Is it waterproof?", shop.said(1, "About the doorbell"), shop.said(2, "Which one?", Role.AGENT))
    assert question(case, samples.signals()).turns[-3:] == ("About the doorbell", "Which one?", "Is it waterproof?")


def test_a_written_down_conversation_asks_what_the_customer_said_last() -> None:
    asked = question_of(
        [(True, "Hello"), (False, "Hi"), (True, "My hub is off."), (False, "Oh"), (True, "And the app?")]
    )
    assert asked.text == "And the app?"
    assert asked.history == "Hello\nMy hub is off."
    assert asked.turns[-1] == "And the app?"
    assert asked.messages == ()


def test_several_messages_in_a_row_are_one_question() -> None:
    asked = question_of([(False, "Hi"), (True, "The hub is offline."), (True, "The red light blinks.")])
    assert asked.messages == ("The hub is offline.", "The red light blinks.")
    assert asked.text == "The hub is offline.\nThe red light blinks."


def test_what_was_answered_already_is_what_was_asked() -> None:
    assert question_of([(True, "Is it late?"), (False, "Yes.")]).text == "Is it late?"
    assert question_of([]).empty


def test_thanks_without_a_full_stop_do_not_hide_the_question() -> None:
    assert question_of([(True, "thanks do they take master card")]).text == "thanks do they take master card"
    assert question_of([(True, "thanks a lot for the quick help")]).empty


# ---------------------------------------------------------------- as a language model read it


def reworded(text: str, *rows: tuple[str, str]) -> Question:
    facts = tuple(
        samples.scored(
            "asked",
            evidence=(Evidence(start=text.index(quote), end=text.index(quote) + len(quote), words=quote),),
            records=(f"search:{search}",),
        )
        for quote, search in rows
    )
    return question(shop.asks(text), samples.signals(facts=facts))


def test_what_a_model_reads_as_several_questions_are_several_parts() -> None:
    text = "wan is my parcel comin and can i give it back"
    asked = reworded(text, ("wan is my parcel comin", "parcel arrives"), ("can i give it back", "return an item"))
    assert asked.parts == ("wan is my parcel comin", "can i give it back")
    assert asked.reworded == ("parcel arrives", "return an item")
    assert asked.whole, "it has not shown that it can tell"


def test_one_question_stays_as_it_is_written_with_what_a_model_made_of_it() -> None:
    asked = reworded("wan is my parcel comin. bin waitin", ("wan is my parcel comin.", "parcel arrives"))
    assert asked.parts == ("wan is my parcel comin. bin waitin",)
    assert asked.reworded == ("parcel arrives",)


def test_where_a_model_reads_fewer_questions_ours_stay() -> None:
    text = "How do I cancel Plus? And where do I find my invoices?"
    asked = reworded(text, ("where do I find my invoices?", "find invoices"))
    assert asked.parts == ("How do I cancel Plus?", "And where do I find my invoices?")
    assert asked.reworded == ("", "find invoices")


@pytest.mark.parametrize(
    ("words", "parts"),
    [
        (
            "is my order sent yet? and can u bring it to my office",
            ["is my order sent yet?", "and can u bring it to my office"],
        ),
        ("Where is LK-1, and how do I cancel Plus?", ["Where is LK-1", "and how do I cancel Plus?"]),
        ("Wo ist LK-1 und wann kommt der Monteur?", ["Wo ist LK-1", "und wann kommt der Monteur?"]),
        ("Hello. Where is LK-1? It is a gift.", ["Where is LK-1?"]),
        ("It is a gift.", []),
    ],
)
def test_each_part_that_asks_for_something_is_told_apart(words: str, parts: list[str]) -> None:
    assert asked_apart(words) == parts
