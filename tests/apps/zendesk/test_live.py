"""An open sidebar asks again and again: what changed is told at the next question, and nothing else is read."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import event

from apps.zendesk.tickets import BELIEVED_FOR, MOST_REMEMBERED, Shown, Versions
from core.model.conversation import Owner, OwnerKind, Role
from core.model.customer import Channel, Consent, Customer, Identity, IdentityKind, Purpose
from core.model.draft import DraftState
from core.model.ids import CustomerId, DraftId, TicketId
from tests.apps.zendesk.desk import DRAFT, TICKET, Desk
from tests.clock import NOW
from tests.connectors.sql.samples import conversation, message


def asked(desk: Desk, version: int) -> int:
    return desk.get(f"tickets/{TICKET}?after={version}").status_code


def statements(desk: Desk, act: Callable[[], object]) -> list[str]:
    """What was asked of the database meanwhile."""
    seen: list[str] = []

    def note(_: object, __: object, statement: str, *___: object) -> None:
        seen.append(statement)

    event.listen(desk.store.reader, "before_cursor_execute", note)
    act()
    event.remove(desk.store.reader, "before_cursor_execute", note)
    return seen


def change_customer(desk: Desk, **changes: object) -> None:
    with desk.store.begin() as unit:
        dana = unit.customers.get(CustomerId("cu_dana"))
        assert dana is not None
        unit.customers.save(replace(dana, **changes))  # type: ignore[arg-type]


def consent(desk: Desk) -> None:
    given = Consent(
        channel=Channel.SMS, purpose=Purpose.SERVICE, granted=True, at=NOW, source="form", wording="Text me"
    )
    with desk.store.begin() as unit:
        unit.customers.add_consent(CustomerId("cu_dana"), given)


def state(desk: Desk) -> None:
    with desk.store.begin() as unit:
        unit.decisions.set_draft_state(DraftId(DRAFT), DraftState.INSERTED)


def delivered(desk: Desk) -> None:
    with desk.store.begin() as unit:
        unit.conversations.set_delivery("sms-2", "delivered")


def feedback(desk: Desk) -> None:
    with desk.store.begin() as unit:
        unit.decisions.add_feedback(DraftId(DRAFT), "thumb_up", "501", NOW, {"thumb": "up"})


def verified(desk: Desk) -> None:
    change_customer(desk, identities=(Identity(kind=IdentityKind.PHONE, value="+447700900004", verified=True),))


def another_matter(desk: Desk) -> None:
    """Something else of the same customer."""
    with desk.store.begin() as unit:
        unit.conversations.add(replace(conversation(), id="co_two", ticket_id=TicketId("t-two")))  # type: ignore[arg-type]


CHANGES: dict[str, Callable[[Desk], None]] = {
    "the customer writes": lambda desk: desk.say(7, role=Role.CUSTOMER),
    "a note": lambda desk: desk.say(8, public=False),
    "a decision": lambda desk: desk.decide(2),
    "another owner": lambda desk: desk.own(owner=Owner(kind=OwnerKind.AGENT, id="501", name="Maria Lopez")),
    "solved": lambda desk: desk.own(open=False),
    "the draft was inserted": state,
    "a text arrived": delivered,
    "a rating": feedback,
    "the customer's name": lambda desk: change_customer(desk, name="Dana Kim-Park"),
    "the customer's tier": lambda desk: change_customer(desk, tier="business"),
    "a fact about the customer": lambda desk: change_customer(desk, attributes={"devices": "Larkfield Hub"}),
    "an address was verified": verified,
    "a consent": consent,
    "another matter": another_matter,
}
# Stamped, because a part of the sidebar may show it; the ticket's own view does not.
UNSEEN = ("a consent", "a rating", "an address was verified", "another matter")


@pytest.fixture
def open_desk(desk: Desk) -> Desk:
    desk.say(2, vendor_ref="sms-2", delivery="sent")
    desk.decide()
    return desk


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_every_write_is_another_stamp(open_desk: Desk, change: Callable[[Desk], None]) -> None:
    with open_desk.store.read() as unit:
        before = unit.conversations.stamp(TicketId(TICKET))
    change(open_desk)
    with open_desk.store.read() as unit:
        after = unit.conversations.stamp(TicketId(TICKET))
    assert before is not None
    assert after not in (before, None)


@pytest.mark.parametrize("name", [name for name in CHANGES if name not in UNSEEN])
def test_what_changed_is_told_at_the_next_question(open_desk: Desk, name: str) -> None:
    version = open_desk.view()["version"]
    assert asked(open_desk, version) == 204
    CHANGES[name](open_desk)
    assert asked(open_desk, version) == 200
    assert asked(open_desk, open_desk.view()["version"]) == 204


def test_what_happens_on_another_ticket_is_no_news_here(open_desk: Desk) -> None:
    with open_desk.store.read() as unit:
        before = unit.conversations.stamp(TicketId(TICKET))
    with open_desk.store.begin() as unit:
        unit.customers.save(Customer(id=CustomerId("cu_else"), name="Else"))
        unit.conversations.add(
            replace(conversation(), id="co_else", ticket_id=TicketId("t-else"), customer_id=CustomerId("cu_else"))  # type: ignore[arg-type]
        )
        unit.conversations.add_message(message(50, conversation_id="co_else"))
    with open_desk.store.read() as unit:
        assert unit.conversations.stamp(TicketId(TICKET)) == before
        assert unit.conversations.stamp(TicketId("t-nobody")) is None


def test_without_news_one_statement_is_enough(open_desk: Desk) -> None:
    version = open_desk.view()["version"]
    assert len(statements(open_desk, lambda: asked(open_desk, version))) == 1
    assert len(statements(open_desk, open_desk.view)) > 5


def test_a_view_is_made_again_after_a_while_whatever_the_stamp_says(open_desk: Desk) -> None:
    version = open_desk.view()["version"]
    open_desk.clock.forward(BELIEVED_FOR + timedelta(seconds=1))
    assert len(statements(open_desk, lambda: asked(open_desk, version))) > 5
    assert len(statements(open_desk, lambda: asked(open_desk, version))) == 1


def test_a_browser_with_an_older_version_gets_the_view(open_desk: Desk) -> None:
    version = open_desk.view()["version"]
    assert asked(open_desk, version) == 204
    assert asked(open_desk, version - 1) == 200
    assert open_desk.get(f"tickets/{TICKET}?after=").status_code == 200


def test_only_the_last_versions_are_remembered() -> None:
    versions = Versions()
    for number in range(MOST_REMEMBERED + 1):
        versions.made(str(number), Shown("1", "stamp", NOW))
    assert versions.version("0", "stamp", NOW) is None
    assert versions.version("1", "stamp", NOW) == "1"
    assert versions.version("1", "another", NOW) is None
