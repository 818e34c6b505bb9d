"""Conversations over all channels by who, what, how it went, and words."""

from datetime import timedelta

import pytest

from connectors.sql.store import SqlStore
from core.measure.outcomes.rollup import Rollup
from core.measure.search import Sought, find
from core.model.conversation import Role
from core.model.customer import Channel
from core.model.ids import ConversationId, CustomerId
from core.model.matter import By, Span
from tests.core import samples
from tests.core.people import EMMA_PHONE, NOW, customer

SPAN = Span(since=NOW - timedelta(days=9), until=NOW + timedelta(days=9), now=NOW + timedelta(days=9))


@pytest.fixture(autouse=True)
def talks(store: SqlStore) -> None:
    with store.begin() as unit:
        unit.customers.save(customer("emma"))
        unit.customers.save(customer("anna", identities=()))
        for number, (who, channel, text) in enumerate(
            (("emma", Channel.SMS, "Where is my GIFT  card?"), ("anna", Channel.EMAIL, "My thermostat is offline.")), 1
        ):
            name = ConversationId(f"co_{who}")
            unit.conversations.add(samples.conversation(id=name, customer_id=CustomerId(f"cu_{who}")))
            said = {"conversation_id": name, "channel": channel}
            unit.conversations.add_message(samples.message(number, text=text, **said))
            note = {"role": Role.AGENT, "public": False, "text": "secret plan", **said}
            unit.conversations.add_message(samples.message(number + 10, **note))
    Rollup(store=store, sure_from=0.35).catch_up()


def found(store: SqlStore, **sought: object) -> list[str]:
    with store.read() as unit:
        matches = find(unit, Sought(span=SPAN, **sought), 10)  # type: ignore[arg-type]
    return [match.matter.conversation_id for match in matches.found]


@pytest.mark.parametrize("who", ["emm", "EMMA", "emma@example.com", EMMA_PHONE, "+44 7700 900123"])
def test_by_a_name_an_address_or_a_number(store: SqlStore, who: str) -> None:
    assert found(store, who=who) == ["co_emma"]


def test_by_words_whatever_their_case_and_with_a_quote_but_no_internal_note(store: SqlStore) -> None:
    assert found(store, words="gift card") == ["co_emma"]
    assert found(store, words="secret plan") == []
    with store.read() as unit:
        (match,) = find(unit, Sought(span=SPAN, words="gift card"), 10).found
    assert match.quote == "Where is my GIFT card?"


def test_all_that_is_named_has_to_fit(store: SqlStore) -> None:
    assert found(store) == ["co_anna", "co_emma"]
    assert found(store, who="emma", words="thermostat") == []
    assert found(store, who="nobody") == []
    assert found(store, measure="answered", hit=True) == []
    only = Span(since=SPAN.since, until=SPAN.until, now=SPAN.now, only={By.CHANNEL: "email"})
    with store.read() as unit:
        assert len(find(unit, Sought(span=only), 10).found) == 1


def test_where_as_many_were_found_as_asked_for_there_may_be_more(store: SqlStore) -> None:
    with store.read() as unit:
        assert find(unit, Sought(span=SPAN), 1).more
        assert not find(unit, Sought(span=SPAN), 3).more
