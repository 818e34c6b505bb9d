"""Earlier matters of a customer: what is not settled, newest first, each line with its source."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from connectors.sql.store import SqlStore
from core.model.conversation import Conversation, Role
from core.model.customer import Channel
from core.model.ids import ConversationId, MessageId, TicketId
from core.ports import Unit
from core.wrap_up.history import MOST_LINES, earlier_matters, history_of
from tests.core.people import NOW, customer
from tests.core.samples import conversation, message

HERE = conversation(id=ConversationId("co_here"))


def matter(unit: Unit, number: int, *turns: str, **changes: Any) -> Conversation:
    """`number` days ago; the customer and Maria in turn."""
    name, at = ConversationId(f"co_{number}"), NOW - timedelta(days=number)
    fields = {"ticket_id": TicketId(str(number)), "open": False, "updated_at": at, "channel": Channel.EMAIL, **changes}
    found = conversation(id=name, **fields)
    unit.conversations.add(found)
    for place, text in enumerate(turns):
        role = Role.AGENT if place % 2 else Role.CUSTOMER
        said = message(
            place, id=MessageId(f"ms_{number}_{place}"), conversation_id=name, vendor_ref=f"{number}:{place}", text=text
        )
        author = "Maria" if place % 2 else "Emma"
        unit.conversations.add_message(
            replace(said, role=role, author=author, at=at + timedelta(minutes=place), channel=Channel.EMAIL)
        )
    return found


@pytest.fixture
def unit(store: SqlStore) -> Any:
    with store.begin() as opened:
        opened.customers.save(customer())
        opened.conversations.add(HERE)
        yield opened


def told(unit: Unit) -> tuple[str, ...]:
    return history_of(unit, HERE, earlier_matters(unit, HERE, NOW))


def test_what_is_settled_is_counted_and_not_told(unit: Unit) -> None:
    matter(unit, 9, "Where is LK-1?", "I've sent it.", "Thanks!")
    assert told(unit) == ("1 earlier settled",)


def test_what_is_not_settled_is_told_with_its_sources_newest_first(unit: Unit) -> None:
    matter(unit, 9, "My invoice is wrong.", "Which invoice is it?")
    matter(unit, 2, "The hub LK-77 is broken.", "I've ordered a new one. You'll get it on Friday.")
    lines = told(unit)
    assert [line.split(",")[0] for line in lines] == ["ticket 2 (closed)"] * 3 + ["ticket 9 (closed)"] * 2
    assert lines[0].startswith("ticket 2 (closed), wanted: Emma: “The hub LK-77 is broken.” (message of ")
    assert "done: Maria: “I've ordered a new one.”" in lines[1]
    assert "remains: Maria: “You'll get it on Friday.”" in lines[2]


def test_who_was_unhappy_is_not_settled(unit: Unit) -> None:
    matter(unit, 3, "Where is it?", "I've sent it.", satisfaction="bad")
    assert told(unit)[0].startswith("ticket 3 (closed, rated bad), wanted: ")


def test_however_many_there_are_it_stays_short(unit: Unit) -> None:
    for number in range(1, 11):
        matter(unit, number, "The hub is broken.", "I've ordered a new one. You'll get it on Friday.", open=True)
    lines = told(unit)
    assert len(lines) <= MOST_LINES
    assert lines[-1] == "8 more not settled"


def test_who_writes_for_the_first_time_has_none(unit: Unit) -> None:
    assert told(unit) == ()
