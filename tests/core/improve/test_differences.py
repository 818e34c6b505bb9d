from core.improve.differences import Difference, Swap, differences, swaps
from tests.core.encoder import WordEncoder

DRAFT = """Hello Ada,

Thank you for your message.

1. Open Account > Orders.
2. Choose the order.

The link is valid for 60 minutes.

If anything is still open, just reply to this message."""


def pairs(before: str, after: str) -> list[tuple[str, str]]:
    return [(each.before, each.after) for each in differences(before, after, WordEncoder())]


def test_the_same_text_has_no_difference() -> None:
    assert pairs(DRAFT, DRAFT) == []


def test_small_signs_and_another_place_are_no_difference() -> None:
    assert pairs("It takes five days. Open the app.", "Open the app! It takes five days") == [
        ("Open the app.", "Open the app!")
    ]
    assert pairs("It takes five days. Open the app.", "Open the app. It takes, five days.") == []


def test_a_changed_an_added_and_a_lost_sentence() -> None:
    sent = DRAFT.replace("60 minutes", "30 minutes").replace("Thank you for your message.\n\n", "")
    sent = sent.replace("If anything", "Petrol stations take parcels as well.\n\nIf anything")
    assert pairs(DRAFT, sent) == [
        ("Thank you for your message.", ""),
        ("The link is valid for 60 minutes.", "The link is valid for 30 minutes."),
        ("", "Petrol stations take parcels as well."),
    ]


def test_in_the_place_of_a_courtesy_another_one_replaces_it_in_whatever_words() -> None:
    sent = DRAFT.replace("Thank you for your message.", "Glad that somebody asks!")
    assert pairs(DRAFT, sent) == [("Thank you for your message.", ""), ("", "Glad that somebody asks!")]
    ours = frozenset({"hello ada", "thank you for your message"})
    replaced = ("Thank you for your message.", "Glad that somebody asks!")
    found = differences(DRAFT, sent, WordEncoder(), ours)
    assert [(each.before, each.after) for each in found] == [replaced]
    more = sent.replace("Glad that", "The sun shines in Leicester.\n\nThank goodness that")
    found = differences(DRAFT, more, WordEncoder(), ours)
    assert [(each.before, each.after) for each in found] == [
        ("Thank you for your message.", "Thank goodness that somebody asks!"),
        ("", "The sun shines in Leicester."),
    ]


def test_what_an_article_says_is_not_replaced_by_what_stands_in_its_place() -> None:
    sent = DRAFT.replace("The link is valid for 60 minutes.", "Glad that somebody asks!")
    found = differences(DRAFT, sent, WordEncoder(), frozenset({"thank you for your message"}))
    assert [(each.before, each.after) for each in found] == [
        ("The link is valid for 60 minutes.", ""),
        ("", "Glad that somebody asks!"),
    ]


def test_words_that_gave_way() -> None:
    before, after = "It takes 5 working days to arrive.", "It takes 5 business days to arrive."
    assert swaps(before, after) == [Swap("working", "business")]
    (menu,) = swaps("Open Account > Billing, then Invoices.", "Open Account > Payments & invoices, then Invoices.")
    assert (menu.before, menu.says) == ("billing", "Payments & invoices")
    assert swaps("Open the app and sign in.", "Quite another thing altogether, I fear.") == []


def test_where_it_stands() -> None:
    found = differences("One thing.", "One thing. Another matter altogether.", WordEncoder())
    assert found == [Difference(before="", after="Another matter altogether.", place=1.0)]
