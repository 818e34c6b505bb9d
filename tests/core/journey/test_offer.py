"""Offers through the loop, the outbox and the gate, as the beacon's events make them."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.sql.store import SqlStore
from core.context.visit import visit_before
from core.journey.measure import results
from core.journey.step import held_out
from core.model.customer import Channel
from core.model.event import EventKind
from core.model.event_payloads import DecideAgain, OfferAnswered, PageStep
from core.model.journey import JourneyStepKind, OfferState
from core.model.outbound import EffectState
from tests.core import rules
from tests.core.container import Container
from tests.core.samples import incoming

VISITOR = "0123456789abcdef0123456789abcdef"
RULES = {
    "failing": {"step": "failed", "times": 2, "texts": {"en": "Trouble paying?", "de": "Klappt es nicht?"}},
    "lost": {"step": "error", "texts": {"en": "Are you looking for something?"}},
}
STANDING = ["automatic_reply", "handoff_notice", "agent_reply", "journey_offer"]


def container_of(store: SqlStore, **journey: Any) -> Container:
    section = {"rules": RULES, "holdout": 0, **journey}
    return Container(store, rules.policy(journey=section, standing=STANDING))


@pytest.fixture
def container(store: SqlStore) -> Container:
    return container_of(store)


def steps(container: Container, kind: str = "failed", visitor: str = VISITOR, **more: object) -> str:
    payload = PageStep(**{"kind": JourneyStepKind(kind), "page": "/checkout", "name": "payment", **more})
    number = f"{visitor}:{kind}:{container.clock().isoformat()}"
    return container.happens(container.event(EventKind.JOURNEY_STEP, visitor, number, payload=payload))


def answers(container: Container, offer: str, answer: str, visitor: str = VISITOR) -> str:
    number = f"{offer}:{answer}:{container.clock().isoformat()}"
    payload = OfferAnswered(offer=offer, answer=OfferState(answer))
    return container.happens(container.event(EventKind.JOURNEY_STEP, visitor, number, payload=payload))


def shown(container: Container, visitor: str = VISITOR) -> str | None:
    with container.store.begin() as unit:
        offer = unit.journey.show(visitor, container.clock())
    return offer.text if offer else None


def offer_id(container: Container, visitor: str = VISITOR) -> str:
    with container.store.read() as unit:
        return unit.journey.offers(visitor, container.clock() - timedelta(days=40))[0].id


def failed_twice(container: Container, **more: object) -> str:
    steps(container, **more)
    container.wait(seconds=20)
    return steps(container, **more)


def test_a_repeated_failure_is_offered_help_in_the_visitors_language(container: Container) -> None:
    assert failed_twice(container, language="de") == "offer_failing"
    assert shown(container) is None  # nothing is seen before it has left by the one way out
    assert container.drain() == [EffectState.SENT]
    assert shown(container) == "Klappt es nicht?"
    assert answers(container, offer_id(container), "accepted") == "offer_accepted"
    assert shown(container) is None


def test_without_a_standing_approval_nothing_is_shown(store: SqlStore) -> None:
    container = Container(store, rules.policy(journey={"rules": RULES, "holdout": 0}))
    failed_twice(container)
    assert container.drain() == [EffectState.REFUSED]
    assert shown(container) is None


def test_one_visitor_is_asked_once_a_day_and_never_soon_after_a_no(container: Container) -> None:
    failed_twice(container)
    container.drain()
    shown(container)
    container.wait(minutes=1)
    assert steps(container, "error") == "had_one_today"
    answers(container, offer_id(container), "declined")
    container.wait(days=2)
    assert steps(container, "error") == "declined_before"
    container.wait(days=30)
    assert steps(container, "error") == "offer_lost"


def test_all_visitors_together_have_a_limit(store: SqlStore) -> None:
    container = container_of(store, caps={"per_hour": 2})
    words = [steps(container, "error", visitor=f"{number:032x}") for number in range(3)]
    assert words == ["offer_lost", "offer_lost", "enough_this_hour"]
    container.wait(hours=1.1)
    assert steps(container, "error", visitor=f"{9:032x}") == "offer_lost"


def test_a_moment_that_has_passed_is_not_brought_up_again(container: Container) -> None:
    failed_twice(container)
    container.drain()
    container.wait(minutes=6)
    assert shown(container) is None


def test_an_offer_is_answered_once_and_only_by_who_saw_it(container: Container) -> None:
    failed_twice(container)
    container.drain()
    assert answers(container, offer_id(container), "accepted") == "no_such_offer"  # not seen yet
    shown(container)
    container.wait(seconds=1)
    assert answers(container, offer_id(container), "accepted", visitor="f" * 32) == "no_such_offer"
    container.wait(seconds=1)
    assert answers(container, offer_id(container), "declined") == "offer_declined"
    container.wait(seconds=1)
    assert answers(container, offer_id(container), "accepted") == "no_such_offer"


def test_who_is_held_out_is_counted_and_offered_nothing(store: SqlStore) -> None:
    container = container_of(store, holdout=1)
    assert steps(container, "error") == "held_out"
    assert container.drain() == []
    assert shown(container) is None
    with container.store.begin() as unit:
        unit.journey.wrote(VISITOR, container.clock())
        (result,) = results(unit.journey.counts(container.clock() - timedelta(days=1)))
    assert (result.offered, result.held_out, result.wrote_held_out.hits) == (0, 1, 1)


def test_what_came_of_the_offers_is_counted_per_rule(store: SqlStore) -> None:
    container = container_of(store)
    for number in range(4):
        visitor = f"{number:032x}"
        steps(container, "error", visitor=visitor)
        container.drain()
        if number < 3:
            shown(container, visitor)
        if number < 2:
            answers(container, offer_id(container, visitor), ("accepted", "declined")[number], visitor)
        container.wait(minutes=1)
    with container.store.begin() as unit:
        unit.journey.wrote(f"{0:032x}", container.clock())
        (result,) = results(unit.journey.counts(container.clock() - timedelta(days=1)))
    assert (result.offered, result.shown.hits, result.accepted.hits, result.declined.hits) == (4, 3, 1, 1)
    assert (result.wrote.hits, result.wrote.cases) == (1, 4)


def test_visitors_are_forgotten_and_the_figures_kept(container: Container) -> None:
    failed_twice(container)
    with container.store.begin() as unit:
        unit.journey.forget(container.clock() + timedelta(seconds=1))
        assert unit.journey.steps(VISITOR, container.clock() - timedelta(days=1)) == []
        assert unit.journey.offers(VISITOR, container.clock() - timedelta(days=1)) == []
        (count,) = unit.journey.counts(container.clock() - timedelta(days=1))
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


def test_what_went_wrong_in_the_hour_before_is_known_when_the_visitor_writes(container: Container) -> None:
    steps(container, "error", name="old")
    container.wait(minutes=61)
    failed_twice(container)
    at = container.clock()
    container.wait(seconds=5)
    steps(container, "error", name="later")
    said = incoming("Hi", "conversation-1", Channel.CHAT, person="web-1", visitor=VISITOR)
    wrote = container.event(EventKind.MESSAGE_RECEIVED, "SM1", payload=said, occurred_at=at)
    with container.store.read() as unit:
        assert [step.name for step in visit_before(unit, wrote)] == ["payment", "payment"]
        assert visit_before(unit, replace(wrote, payload=replace(said, visitor=""))) == ()
        assert visit_before(unit, replace(wrote, payload=DecideAgain(why="moved"))) == ()


def test_who_writes_after_an_offer_is_counted_and_the_agent_is_told_why(container: Container) -> None:
    failed_twice(container)
    container.drain()
    shown(container)
    container.wait(seconds=5)
    answers(container, offer_id(container), "accepted")
    said = incoming("Hi", "conversation-1", Channel.CHAT, person="web-1", visitor=VISITOR)
    for number in range(2):
        container.wait(seconds=20)
        container.happens(container.event(EventKind.MESSAGE_RECEIVED, f"m{number}", source="sunshine", payload=said))
    with container.store.read() as unit:
        conversation = unit.conversations.at_address("conversation-1")
        assert conversation is not None
        notes = [m for m in unit.conversations.messages(conversation.id) if m.author == "The company's pages"]
        (result,) = results(unit.journey.counts(container.clock() - timedelta(days=1)))
    assert [note.text for note in notes] == ["Before this payment failed 2 times on /checkout. They wanted help."]
    assert not notes[0].public
    assert (result.wrote.hits, result.wrote.cases) == (1, 1)
