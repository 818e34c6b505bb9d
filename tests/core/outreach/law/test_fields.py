"""A person's own facts come from another system: what should stand in no message is not said to anybody."""

from dataclasses import replace

import pytest

from connectors.sql.store import SqlStore
from core.outreach.law.fields import LONGEST, unsayable
from tests.core.outreach.freezing import begin, campaign, freeze, person, said

CARD = "4111 1111 1111 1111"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("order", CARD),
        ("order", f"Your order, paid with {CARD}"),
        ("refund_to", "DE89 3704 0044 0532 0130 00"),
        ("next_steps", "Please use the password Winter2026!"),
        ("verification_code", "482193"),
        ("pin", 4821),
        ("next_steps", "Your security code is 482 193."),
        ("account", "12345678"),
        ("passport", "C01X00T47"),
        ("feature", "https://larkfield.example.evil.example/pay"),
        ("feature", "bit.ly/3xYz"),
        ("feature", "evil dot com"),
        ("next_steps", "Please call +44 20 7946 0999."),
        ("matter", "[card 1]"),
        ("matter", "x" * (LONGEST + 1)),
        ("matter", "your\norder"),
        ("matter", "your \x00order"),
        ("matter", "your \u202eredro"),
        ("matter", "your\u2028order"),
        ("matter", {"of": "order"}),
        ("matter", ["order"]),
        ("matter", True),
    ],
)
def test_what_should_stand_in_no_message_cannot_be_said(name: str, value: object) -> None:
    assert unsayable({name: value}, [name])


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("order", "LF-20931"),
        ("order", 20931),
        ("order", "1Z999AA10123456784"),
        ("tracking", "4111111111111111"),
        ("carrier", "Royal Mail"),
        ("new_expected_on", "2026-11-24"),
        ("time", "Tuesday 24 November, 14:00"),
        ("time", "mardi 24 novembre à 14 h"),
        ("stopped", "14:32 UTC"),
        ("place", "12 High Street, Leeds"),
        ("feature", "video calls in Larkfield Door 2.0"),
        ("amount", 12.5),
        ("amount", "£12.50"),
        ("matter", "ご注文"),
        ("matter", "نامه\u200cها"),
        ("next_steps", "We will send you a new hub within 3 days."),
        ("minutes", "{minutes}"),
        ("minutes", ""),
        ("minutes", "x" * LONGEST),
    ],
)
def test_usual_facts_can_be_said(name: str, value: object) -> None:
    assert not unsayable({name: value}, [name])


def test_only_the_facts_that_the_words_state_are_looked_at() -> None:
    assert not unsayable({"order": "LF-1", "card": CARD}, ["order", "carrier"])


def test_whose_fact_cannot_be_said_is_left_out_and_the_card_counts_them(store: SqlStore) -> None:
    rows = [
        {"customer": "ada@shop.example", "order": "LF-1"},
        {"customer": "bea@shop.example", "order": CARD},
        {"customer": "cleo@shop.example", "order": "see www.evil.example"},
    ]
    of = campaign(replace(said("Your order {order} is late."), personal=("order",)), play="usage_friction")
    made, lines = freeze(store, begin(store, *map(person, ("ada", "bea", "cleo")), of=of, facts={"people": rows}))
    assert [dict(each.fields) for each in lines] == [{"order": "LF-1"}]
    assert made.counts["left_out"] == {"a fact of theirs cannot be said": 2}
