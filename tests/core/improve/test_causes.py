import pytest

from core.improve.causes import cause_of
from core.improve.differences import Difference
from core.model.lesson import Cause

LINES = frozenset({"thank you for your message", "hello [name]"})


@pytest.mark.parametrize(
    ("before", "after", "cause"),
    [
        ("Hello [name],", "Hi [name],", Cause.TONE),
        ("Thank you for your message.", "Thanks for getting in touch.", Cause.TONE),
        ("Thank you for your message.", "", Cause.TONE),
        ("The link is valid for 60 minutes.", "The link is valid for 30 minutes.", Cause.FACT),
        ("You can return it.", "You can only return it if it is unused.", Cause.POLICY),
        ("", "We refund the delivery charge.", Cause.POLICY),
        ("", "Wir erstatten Ihnen die Versandkosten.", Cause.POLICY),
        ("", "Petrol stations take parcels as well.", Cause.MISSING_ARTICLE),
        ("", "I have looked into order LK-10388 for you.", Cause.PERSONAL),
        ("", "I just spoke to the warehouse about it.", Cause.PERSONAL),
        ("", "[name]", Cause.PERSONAL),
        ("Open the app and sign in there.", "Sign in to the app.", Cause.TONE),
        ("", "Please never send us the whole number of your card.", Cause.POLICY),
        ("", "Geben Sie den Code bitte niemals weiter.", Cause.POLICY),
        ("", "The lamp and the plug do not flash.", Cause.MISSING_ARTICLE),
        ("Please have the number of your order at hand.", "", Cause.POLICY),
        ("The number of the order begins with LK.", "", Cause.FACT),
        ("Open Account > Billing.", "Open Account > Payments.", Cause.FACT),
    ],
)
def test_causes(before: str, after: str, cause: Cause) -> None:
    found = Difference(before=before, after=after)
    assert cause_of(found, LINES, cited=True, known=False) is cause


def test_what_an_article_says_already_is_not_missing() -> None:
    found = Difference(before="", after="Petrol stations take parcels as well.")
    assert cause_of(found, LINES, cited=False, known=True) is Cause.TONE
