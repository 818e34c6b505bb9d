"""Offers through the loop, the outbox and the gate, as the beacon's events make them."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.sql.store import SqlStore
from core.journey.measure import results
from core.journey.step import held_out
from core.model.event import EventKind
from core.model.journey import OfferState
from core.model.outbound import EffectState
from tests.core import rules
from tests.core.house import House

VISITOR = "0123456789abcdef0123456789abcdef"
RULES = {
    "failing": {"step": "failed", "times": 2, "texts": {"en": "Trouble paying?", "de": "Klappt es nicht?"}},
    "lost": {"step": "error", "texts": {"en": "Are you looking for something?"}},
}
STANDING = ["automatic_reply", "handoff_notice", "agent_reply", "journey_offer"]


def house_of(store: SqlStore, **journey: Any) -> House:
    section = {"rules": RULES, "holdout": 0, **journey}
    return House(store, rules.policy(journey=section, standing=STANDING))


@pytest.fixture
def house(store: SqlStore) -> House:
    return house_of(store)


def steps(house: House, kind: str = "failed", visitor: str = VISITOR, **more: object) -> str:
    payload = {"kind": kind, "page": "/checkout", "name": "payment", "language": "en", **more}
    number = f"{visitor}:{kind}:{house.clock().isoformat()}"
    return house.happens(house.event(EventKind.JOURNEY_STEP, visitor, number, payload=payload))


def answers(house: House, offer: str, answer: str, visitor: str = VISITOR) -> str:
    number = f"{offer}:{answer}:{house.clock().isoformat()}"
    payload = {"offer": offer, "answer": answer}
    return house.happens(house.event(EventKind.JOURNEY_STEP, visitor, number, payload=payload))


def shown(house: House, visitor: str = VISITOR) -> str | None:
    with house.store.begin() as unit:
        offer = unit.journey.show(visitor, house.clock())
    return offer.text if offer else None


def offer_id(house: House, visitor: str = VISITOR) -> str:
    with house.store.read() as unit:
        return unit.journey.offers(visitor, house.clock() - timedelta(days=40))[0].id


def failed_twice(house: House, **more: object) -> str:
    steps(house, **more)
    house.wait(seconds=20)
    return steps(house, **more)


def test_a_repeated_failure_is_offered_help_in_the_visitors_language(house: House) -> None:
    assert failed_twice(house, language="de") == "offer_failing"
    assert shown(house) is None  # nothing is seen before it has left by the one way out
    assert house.drain() == [EffectState.SENT]
    assert shown(house) == "Klappt es nicht?"
    assert answers(house, offer_id(house), "accepted") == "offer_accepted"
    assert shown(house) is None


def test_without_a_standing_approval_nothing_is_shown(store: SqlStore) -> None:
    house = House(store, rules.policy(journey={"rules": RULES, "holdout": 0}))
    failed_twice(house)
    assert house.drain() == [EffectState.REFUSED]
    assert shown(house) is None


def test_one_visitor_is_asked_once_a_day_and_never_soon_after_a_no(house: House) -> None:
    failed_twice(house)
    house.drain()
    shown(house)
    house.wait(minutes=1)
    assert steps(house, "error") == "had_one_today"
    answers(house, offer_id(house), "declined")
    house.wait(days=2)
    assert steps(house, "error") == "declined_before"
    house.wait(days=30)
    assert steps(house, "error") == "offer_lost"


def test_all_visitors_together_have_a_limit(store: SqlStore) -> None:
    house = house_of(store, caps={"per_hour": 2})
    words = [steps(house, "error", visitor=f"{number:032x}") for number in range(3)]
    assert words == ["offer_lost", "offer_lost", "enough_this_hour"]
    house.wait(hours=1.1)
    assert steps(house, "error", visitor=f"{9:032x}") == "offer_lost"


def test_a_moment_that_has_passed_is_not_brought_up_again(house: House) -> None:
    failed_twice(house)
    house.drain()
    house.wait(minutes=6)
    assert shown(house) is None


def test_an_offer_is_answered_once_and_only_by_who_saw_it(house: House) -> None:
    failed_twice(house)
    house.drain()
    assert answers(house, offer_id(house), "accepted") == "no_such_offer"  # not seen yet
    shown(house)
    house.wait(seconds=1)
    assert answers(house, offer_id(house), "accepted", visitor="f" * 32) == "no_such_offer"
    house.wait(seconds=1)
    assert answers(house, offer_id(house), "declined") == "offer_declined"
    house.wait(seconds=1)
    assert answers(house, offer_id(house), "accepted") == "no_such_offer"


def test_who_is_held_out_is_counted_and_offered_nothing(store: SqlStore) -> None:
    house = house_of(store, holdout=1)
    assert steps(house, "error") == "held_out"
    assert house.drain() == []
    assert shown(house) is None
    with house.store.begin() as unit:
        unit.journey.wrote(VISITOR, house.clock())
        (result,) = results(unit.journey.counts(house.clock() - timedelta(days=1)))
    assert (result.offered, result.held_out, result.wrote_held_out.hits) == (0, 1, 1)


def test_what_came_of_the_offers_is_counted_per_rule(store: SqlStore) -> None:
    house = house_of(store)
    for number in range(4):
        visitor = f"{number:032x}"
        steps(house, "error", visitor=visitor)
        house.drain()
        if number < 3:
            shown(house, visitor)
        if number < 2:
            answers(house, offer_id(house, visitor), ("accepted", "declined")[number], visitor)
        house.wait(minutes=1)
    with house.store.begin() as unit:
        unit.journey.wrote(f"{0:032x}", house.clock())
        (result,) = results(unit.journey.counts(house.clock() - timedelta(days=1)))
    assert (result.offered, result.shown.hits, result.accepted.hits, result.declined.hits) == (4, 3, 1, 1)
    assert (result.wrote.hits, result.wrote.cases) == (1, 4)


def test_visitors_are_forgotten_and_the_figures_kept(house: House) -> None:
    failed_twice(house)
    with house.store.begin() as unit:
        unit.journey.forget(house.clock() + timedelta(seconds=1))
        assert unit.journey.steps(VISITOR, house.clock() - timedelta(days=1)) == []
        assert unit.journey.offers(VISITOR, house.clock() - timedelta(days=1)) == []
        (count,) = unit.journey.counts(house.clock() - timedelta(days=1))
    assert (count.offers, count.state) == (1, OfferState.PLANNED)


@settings(max_examples=50)
@given(st.floats(0, 1), st.uuids())
def test_who_is_held_out_stays_so_with_a_greater_share(share: float, visitor: Any) -> None:
    if held_out(visitor.hex, share / 2):
        assert held_out(visitor.hex, share)
    assert held_out(visitor.hex, 1.0)
    assert not held_out(visitor.hex, 0.0)


def test_about_a_tenth_is_held_out() -> None:
    assert 850 < sum(held_out(f"{number:032x}", 0.1) for number in range(10_000)) < 1150


def test_who_writes_after_an_offer_is_counted_and_the_agent_is_told_why(house: House) -> None:
    failed_twice(house)
    house.drain()
    shown(house)
    house.wait(seconds=5)
    answers(house, offer_id(house), "accepted")
    said = {"channel": "chat", "from": "conversation-1", "person": "web-1", "text": "Hi", "visitor": VISITOR}
    for number in range(2):
        house.wait(seconds=20)
        house.happens(house.event(EventKind.MESSAGE_RECEIVED, f"m{number}", source="sunshine", payload=said))
    with house.store.read() as unit:
        conversation = unit.conversations.at_address("conversation-1")
        assert conversation is not None
        notes = [m for m in unit.conversations.messages(conversation.id) if m.author == "The company's pages"]
        (result,) = results(unit.journey.counts(house.clock() - timedelta(days=1)))
    assert [note.text for note in notes] == ["Before this payment failed 2 times on /checkout. They wanted help."]
    assert not notes[0].public
    assert (result.wrote.hits, result.wrote.cases) == (1, 1)
