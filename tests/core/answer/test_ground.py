import pytest

from core.answer.ground import grounded, unproved
from core.model.draft import Sentence, SentenceKind
from core.model.knowledge import Citation
from tests.core import samples

QUOTE = "Standard delivery in the UK takes 2 to 4 working days and costs £3.95, but not on Sundays before 15:00."


@pytest.mark.parametrize(
    "text",
    [
        QUOTE,
        "Standard delivery takes 2 to 4 working days, but not on Sundays.",
        "Delivery in the UK costs £3.95, but not on Sundays.",
        "Standard delivery takes two to four working days, not on Sundays.",
    ],
)
def test_what_the_quote_says_stands(text: str) -> None:
    assert unproved(text, QUOTE) == ""


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("Standard delivery takes 3 to 4 working days, but not on Sundays.", "number 3"),
        ("Standard delivery in the UK costs £3.59, but not on Sundays.", "number 3.59"),
        ("Standard delivery takes five working days, but not on Sundays.", "number 5"),
        ("Standard delivery takes 2 to 4 weeks, but not on Sundays.", "unit week"),
        ("Standard delivery in the UK costs €3.95, but not on Sundays.", "currency"),
        ("Standard delivery takes 2 to 4 working days on Sundays.", "negation"),
        ("Standard delivery with Parcelwren takes 2 to 4 working days, but not on Sundays.", "name"),
        ("Standard delivery takes 2 to 4 working days, not on Sundays, see help.example/x.", "address"),
        ("Our friendly colleagues will happily assist anybody who would not like waiting.", "words"),
    ],
)
def test_what_it_does_not_say_is_found(text: str, fault: str) -> None:
    assert unproved(text, QUOTE).startswith(fault)


def test_thousands_and_decimals_are_told_apart() -> None:
    assert unproved("It costs 1,000 pounds.", "It costs 1000 pounds.") == ""
    assert unproved("Es kostet 4,50 Euro.", "Es kostet 4.50 Euro.") == ""
    assert unproved("It costs 1.5 pounds.", "It costs 15 pounds.") != ""


def test_a_courtesy_needs_no_proof() -> None:
    assert grounded(Sentence(text="Hello 42,", kind=SentenceKind.COURTESY))


def test_a_cited_sentence_needs_its_own() -> None:
    citation = Citation(passage=samples.passage(), start=0, end=32)
    true = Sentence(text="Hold the button for ten seconds.", kind=SentenceKind.CITED, citation=citation)
    false = Sentence(text="Hold the button for two seconds.", kind=SentenceKind.CITED, citation=citation)
    assert grounded(true)
    assert not grounded(false)
