import pytest

from connectors.local.intents import MOST_CLAUSES, clauses


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Where is my parcel? I want a refund too.", ["Where is my parcel?", "I want a refund too."]),
        ("It is late and also my login fails", ["It is late", "and also my login fails"]),
        (
            "cancel my order, and how do I return the other one",
            ["cancel my order,", "and how do I return the other one"],
        ),
        ("bread and butter for two", ["bread and butter for two"]),
        ("Hi! Where is my parcel?", ["Hi! Where is my parcel?"]),
        ("Where is my parcel? Thanks!", ["Where is my parcel? Thanks!"]),
        ("first matter here\n\nsecond matter here", ["first matter here", "second matter here"]),
        ("", []),
        (" \n ", []),
    ],
)
def test_a_message_is_cut_where_another_matter_may_begin(text: str, wanted: list[str]) -> None:
    found = clauses(text)
    assert [clause.text for clause in found] == wanted
    assert all(text[clause.start : clause.end] == clause.text for clause in found)


def test_a_long_letter_has_so_many_clauses_and_no_more() -> None:
    assert len(clauses("This is one more sentence. " * 50)) == MOST_CLAUSES
