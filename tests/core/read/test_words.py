import pytest

from core.model.conversation import Role
from core.read.turn_input import customer_words, earlier_words, spoken_words
from tests.core import samples


@pytest.mark.parametrize(
    "quote",
    [
        "On Tue, 3 Nov 2026 at 10:01, Larkfield Home <help@larkfield.example> wrote:\n> I want to talk to a person",
        "Am 03.11.2026 um 10:01 schrieb Larkfield Home <help@larkfield.example>:\n> Mitarbeiter bitte",
        "Le mar. 3 nov. 2026 à 10:01, Larkfield Home a écrit :\n> un conseiller",
        "El mar, 3 nov 2026 a las 10:01, Larkfield Home escribió:\n> un agente",
        "-----Original Message-----\nFrom: Larkfield\nagent please",
        "From: Larkfield Home <help@larkfield.example>\nSent: Tuesday\nTo: Emma\nSubject: hub\n\nlegal action",
        "On Tue, 3 Nov 2026 at 10:01, Larkfield Home\n<help@larkfield.example> wrote:\n> my lawyer",
        "> I want to talk to a person\n> really",
        "##- Please type your reply above this line -##\nearlier text",
    ],
)
def test_the_mail_that_is_answered_is_not_the_customers_words(quote: str) -> None:
    assert spoken_words(f"Still offline.\n\n{quote}") == "Still offline."


@pytest.mark.parametrize(
    "signature",
    [
        "-- \nEmma Clarke\nSolicitor, Court Street 5",
        "Kind regards,\nEmma",
        "Thanks\nEmma",
        "Sent from my iPhone",
        "Mit freundlichen Grüßen\nEmma Clarke",
        "Saludos,\nEmma",
        "Cordialement,\nEmma",
        "Best,\nEmma Clarke\nAttorney at law\n+44 20 7946 0000\nwww.clarke.example",
    ],
)
def test_a_signature_is_not_the_customers_words(signature: str) -> None:
    assert spoken_words(f"Still offline.\n\n{signature}") == "Still offline."


def test_an_answer_below_marked_quotes_is_kept() -> None:
    text = "On Tue, 3 Nov 2026 at 10:01, Larkfield wrote:\n> Is the ring green?\nNo, it is amber."
    assert spoken_words(text) == "No, it is amber."


def test_thanks_in_the_middle_does_not_end_the_message() -> None:
    text = "Thanks,\nthat worked. But now the doorbell does not ring any more, and I do not know what to do about it?"
    assert spoken_words(text) == text


def test_a_message_of_only_thanks_is_kept() -> None:
    assert spoken_words("Thank you!") == "Thank you!"


def test_all_turns_that_nobody_answered_are_read_together() -> None:
    turns = (
        samples.message(1, text="Old question"),
        samples.message(2, role=Role.AGENT, text="An answer"),
        samples.message(3, text="My hub is offline."),
        samples.message(4, role=Role.AGENT, public=False, text="A note among us"),
        samples.message(5, text="Hello?"),
    )
    assert customer_words(samples.case(*turns)) == "My hub is offline.\nHello?"


def test_what_was_said_before_is_the_customers_part_of_it() -> None:
    turns = (
        samples.message(1, text="Where is it?"),
        samples.message(2, role=Role.ASSISTANT, text="On its way."),
        samples.message(3, text="When?"),
    )
    assert earlier_words(samples.case(*turns)) == ("Where is it?",)
