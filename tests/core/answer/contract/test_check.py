import pytest

from core.answer.contract import FaultKind, check, find_unsupported
from core.model.draft import Sentence, SentenceKind
from core.model.knowledge import Citation
from tests.core import samples

QUOTE = "Standard delivery in the UK takes 2 to 4 working days and costs £3.95. It pauses on Sundays before 15:00."


def kinds(text: str, source: str = QUOTE, **around: str) -> set[FaultKind]:
    return {fault.kind for fault in find_unsupported(text, source, **around)}


def cited(text: str, source: str = QUOTE) -> Sentence:
    passage = samples.passage(text=source, start=0, end=len(source))
    citation = Citation(passage=passage, start=0, end=len(source))
    return Sentence(text=text, kind=SentenceKind.CITED, citation=citation)


def courtesy(text: str) -> Sentence:
    return Sentence(text=text, kind=SentenceKind.COURTESY)


def recorded(text: str, record: str) -> Sentence:
    return Sentence(text=text, kind=SentenceKind.RECORD, record=record)


@pytest.mark.parametrize(
    "text",
    [
        QUOTE,
        "Delivery in the UK costs £3.95.",
        "Standard delivery in the UK takes two to four working days.",
        "Standard delivery in the UK costs 3.95 pounds.",
        "Standard delivery takes 2–4 business days.",
    ],
)
def test_what_the_quote_says_stands(text: str) -> None:
    assert kinds(text) == set()


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Standard delivery takes 3 to 4 working days.", FaultKind.DURATION),
        ("Standard delivery in the UK costs £3.59.", FaultKind.AMOUNT),
        ("Standard delivery in the UK costs €3.95.", FaultKind.UNIT),
        ("Standard delivery takes 2 to 4 weeks.", FaultKind.UNIT),
        ("Standard delivery takes 2 to 4 days.", FaultKind.UNIT),
        ("Standard delivery takes 2 to 4 working days and pauses on Mondays.", FaultKind.DATE),
        ("Standard delivery in the UK pauses on Sundays before 16:00.", FaultKind.TIME),
        ("Standard delivery in the UK does not take 2 to 4 working days.", FaultKind.NEGATION),
        ("Standard delivery with Parcelwren takes 2 to 4 working days.", FaultKind.NAME),
        ("Standard delivery takes 2 to 4 working days, see help.example/x.", FaultKind.ADDRESS),
        ("If you are a member, standard delivery in the UK costs £3.95.", FaultKind.CONDITION),
        ("We guarantee that standard delivery takes 2 to 4 working days.", FaultKind.PROMISE),
        ("Our friendly colleagues will happily assist anybody who likes waiting.", FaultKind.WORDS),
    ],
)
def test_each_kind_of_fault_is_named(text: str, kind: FaultKind) -> None:
    assert kind in kinds(text)


def test_a_fault_names_its_characters() -> None:
    text = "Standard delivery in the UK costs £9.95."
    [fault] = find_unsupported(text, QUOTE)
    assert text[slice(*fault.span)] == "£9.95"


def test_two_weeks_are_fourteen_days_but_not_fourteen_working_days() -> None:
    assert kinds("It arrives within two weeks.", "It arrives within 14 days.") == set()
    assert FaultKind.UNIT in kinds("It arrives within 14 working days.", "It arrives within 14 days.")


def test_figures_are_the_same_however_they_are_written() -> None:
    assert kinds("It costs 1,000.50 pounds.", "It costs £1.000,50.") == set()
    assert kinds("Es kostet 4,50 Euro.", "Es kostet 4.50 €.") == set()
    assert kinds("It costs 1.5 pounds.", "It costs 15 pounds.") == {FaultKind.AMOUNT}


def test_dates_are_the_same_however_they_are_written() -> None:
    for said in ("3 May 2026", "May 3rd, 2026", "2026-05-03", "3 May"):
        assert kinds(f"The sale begins on {said}.", "The sale begins on 3 May 2026.") == set()
    assert kinds("The sale begins on 4 May.", "The sale begins on 3 May 2026.") == {FaultKind.DATE}


def test_a_sentence_of_two_passages_that_cites_one_is_struck() -> None:
    merged = "Standard delivery in the UK takes 2 to 4 working days and a return is free for 30 days."
    assert check([cited(merged)]).kept == ()


def test_the_heading_lends_names_but_no_numbers() -> None:
    row = "PayPal | 24 hours"
    assert kinds("A refund to PayPal takes 24 hours.", row, about="How long a refund takes") == set()
    assert kinds("A refund to PayPal takes 14 days.", row, about="Refunds in 14 days") == {FaultKind.DURATION}


def test_the_customers_number_is_repeated_as_theirs_and_never_as_a_rule() -> None:
    source = "You can return any item within 30 days of delivery."
    asked = "Can I return order 10442 within 60 days?"
    assert kinds("You can return any item of order 10442 within 30 days of delivery.", source, customer=asked) == set()
    assert kinds("You can return any item within 60 days of delivery.", source, customer=asked) != set()


def test_a_courtesy_states_nothing() -> None:
    assert check([courtesy("Hello Emma,"), courtesy("Kind regards")]).struck == ()
    assert check([courtesy("You will have it in 3 days.")]).kept == ()
    assert check([courtesy("We guarantee it.")]).kept == ()


def test_a_line_of_the_style_card_may_say_what_it_likes() -> None:
    line = courtesy("Reply within 24 hours and we answer at once.")
    assert check([line], courtesies=[line.text]).kept == (line,)


def test_a_sentence_about_the_case_quotes_the_record() -> None:
    line = "Order 1042: paid 89.00 EUR on 2026-11-02"
    said = recorded("You paid 89 EUR for order 1042 on 2 November.", line)
    assert check([said], record=f"{line}\nstate: sent").kept == (said,)
    assert check([said], record="Order 1042: paid 98.00 EUR").kept == ()
    assert check([recorded("You paid 98 EUR for order 1042.", line)], record=line).kept == ()


def test_the_rest_of_a_draft_stays_in_order() -> None:
    good, bad = cited("Delivery in the UK costs £3.95."), cited("Delivery in the UK costs £4.95.")
    checked = check([courtesy("Hello,"), bad, good])
    assert [sentence.text for sentence in checked.kept] == ["Hello,", good.text]
    assert [(struck.text, "£4.95" in struck.reason) for struck in checked.struck] == [(bad.text, True)]


def test_sentences_that_follow_one_another_in_the_source_may_be_copied_together() -> None:
    source = "If it is cold, wait. The shop cannot scan the code. Turn the screen up fully. It never fails."
    assert find_unsupported("The shop cannot scan the code. Turn the screen up fully.", source) == ()
    assert find_unsupported("The shop can scan the code. Turn the screen up fully.", source)
