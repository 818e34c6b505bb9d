"""A text gets shorter by whole sentences, and loses none that somebody needs. By the real encoder."""

from collections.abc import Callable
from pathlib import Path

import pytest

from connectors.local.encoder import CachedEncoder, MiniLmEncoder
from core.answer.shorten import Shortened, shorten

Shorten = Callable[[str, str], Shortened]
REFUND = "How do I get my money back for the kettle?"


@pytest.fixture(scope="module")
def short() -> Shorten:
    encoder = MiniLmEncoder()
    return lambda text, asked: shorten(text, asked, encoder)


def test_courtesies_and_asides_go_and_the_answer_greeting_and_farewell_stay(short: Shorten) -> None:
    text = (
        "Hello Emma,\n\nThank you for your message. I am sorry for the trouble. We refund the kettle to the card that "
        "you paid with. Refunds take five days to reach your account. Many customers love the new colours.\n\n"
        "Kind regards\nMaria"
    )
    found = short(text, REFUND)
    assert found.left_out == (
        "Thank you for your message.",
        "I am sorry for the trouble.",
        "Many customers love the new colours.",
    )
    assert found.text == (
        "Hello Emma,\n\nWe refund the kettle to the card that you paid with. Refunds take five days to reach your "
        "account.\n\nKind regards\nMaria"
    )


@pytest.mark.parametrize(
    "needed",
    [
        "Switch off the power at the fuse box.",
        "Hold the button until the light blinks.",
        "Then open the app.",
        "Gift cards are not refunded.",
        "Only unopened boxes qualify.",
        "If the seal is broken, the shop decides.",
        "We will call the depot.",
        "The fee is 4.50 EUR.",
        "Write to help@larkfield.example.",
        "The form is at https://larkfield.example/form.",
        "The seal must be whole.",
        "The lid may stay.",
        "Which colour was the lid?",
        "- the box\n- the receipt",
    ],
)
def test_a_step_a_warning_a_limit_a_figure_a_promise_or_a_question_stays_whatever_was_asked(
    short: Shorten, needed: str
) -> None:
    text = f"We refund the kettle to your card.\n\n{needed}\n\nMany customers love the new colours."
    found = short(text, REFUND)
    assert found.left_out == ("Many customers love the new colours.",)
    assert needed in found.text


def test_each_question_keeps_what_answers_it(short: Shorten) -> None:
    text = "Yes, we ship to Ireland. The address is changed in your account. Birds sing in our garden."
    found = short(text, "Do you ship to Ireland?\nHow is the address changed?")
    assert found.left_out == ("Birds sing in our garden.",)


def test_what_goes_on_about_an_answer_stays_with_it(short: Shorten) -> None:
    text = "Yes, we ship to Ireland. Parcels are slower there. Birds sing in our garden."
    assert short(text, "Do you ship to Ireland?").left_out == ("Birds sing in our garden.",)


def test_what_a_sentence_that_stays_speaks_of_stays_too(short: Shorten) -> None:
    text = "We refund the kettle.\n\nBirds sing in our garden. They cost 5 EUR."
    assert short(text, REFUND).left_out == ()


def test_where_every_sentence_is_needed_nothing_changes(short: Shorten) -> None:
    text = "We refund the kettle. It takes 5 days."
    assert short(text, REFUND) == Shortened(text=text)
    assert short("Thank you for your message.", REFUND).left_out == ()


def test_in_a_language_whose_steps_are_not_known_only_courtesies_go(short: Shorten) -> None:
    text = "Gracias por su mensaje. Le devolvemos el dinero a la tarjeta. Los pájaros cantan en el jardín."
    assert short(text, "¿Cómo recibo mi dinero?").left_out == ("Gracias por su mensaje.",)


def test_without_a_question_only_courtesies_go(short: Shorten) -> None:
    text = "Thank you for your message. We refund the kettle. Many customers love the new colours."
    assert short(text, "").left_out == ("Thank you for your message.",)


def test_neither_the_text_nor_the_question_leaves_a_trace_on_the_disk(tmp_path: Path) -> None:
    asked = f"{REFUND} When is it here? Who pays the postage?"
    text = "We refund the kettle. We pay the postage. Many customers love the new colours. Our shop is large."
    assert shorten(text, asked, CachedEncoder(MiniLmEncoder(), tmp_path / "vectors.db")).left_out
    assert list(tmp_path.iterdir()) == []
